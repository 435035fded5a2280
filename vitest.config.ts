import { defineConfig } from "vitest/config";

/**
 * Tests on a real broker may meet a stall of the machine that they run on. In CI such a test gets two more chances; vitest
 * says which ones took it. At a desk it fails, so that a race in our own code is seen.
 */
const retry = process.env["CI"] === "true" ? 2 : 0;

export default defineConfig({
  test: {
    // The tests on brokers wait most of their time, for visibility timeouts say.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["{packages/*,bench}/src/**/*.test.ts"],
          environment: "node",
          testTimeout: 20_000, // properties take their time on a busy machine
        },
      },
      {
        test: {
          name: "broker",
          retry,
          globalSetup: ["./test/support/broker.ts"],
          include: [
            "test/{sqs,sns,kinesis,core,docs,streams,testing,third-party,topology,security,observability,bench}/**/*.test.ts",
          ],
          environment: "node",
          testTimeout: 30_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: { name: "codemod", include: ["test/codemod/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
      },
      {
        test: {
          name: "bench",
          retry,
          include: ["test/bench-method/**/*.test.ts"],
          hookTimeout: 60_000,
          environment: "node",
          testTimeout: 90_000,
        },
      },
      {
        test: {
          name: "packaging",
          maxConcurrency: 2, // compilers, on two cores
          retry,
          globalSetup: ["./test/support/broker.ts", "./test/packaging/packed-project.ts"],
          include: ["test/packaging/**/*.test.ts"],
          environment: "node",
          testTimeout: 120_000, // webpack on a busy machine
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "examples",
          retry,
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
          retry,
          globalSetup: ["./test/support/broker.ts"],
          include: ["test/faults/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        // Only `npm run test:soak` names it.
        test: {
          name: "soak",
          include: ["test/soak/**/*.test.ts"],
          environment: "node",
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
