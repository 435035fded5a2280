import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: "unit", include: ["{packages/*,bench}/src/**/*.test.ts"], environment: "node" },
      },
      {
        test: {
          name: "broker",
          globalSetup: ["./test/support/broker.ts"],
          include: ["test/{sqs,core,testing,third-party}/**/*.test.ts"],
          environment: "node",
          testTimeout: 30_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "examples",
          globalSetup: ["./test/support/broker.ts"],
          include: ["test/examples/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "faults",
          globalSetup: ["./test/support/broker.ts"],
          include: ["test/faults/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
