// A CommonJS project tested with Jest as it comes from npm, on the CommonJS build of our client.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runNode } from "./run-node.ts";
import { TestQueue } from "./test-queue.ts";

const JEST = createRequire(import.meta.url).resolve("jest/bin/jest");
const PROJECT = fileURLToPath(new URL("jest-project/", import.meta.url));

test("a Jest project passes on our client, and Jest ends by itself", { timeout: 60_000 }, async () => {
  await using queue = await TestQueue.create();
  const { exitCode, stderr } = await runNode([JEST, "--ci", "--rootDir", PROJECT, "--no-cache"], {
    QUEUE_URL: queue.queueUrl,
  });
  expect(stderr).toContain("Tests:       5 passed, 5 total");
  expect(stderr).not.toContain("did not exit");
  expect(exitCode).toBe(0);
});
