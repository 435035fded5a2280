// A project tested with Node's own test runner, on our client.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runNode } from "./run-node.ts";
import { TestQueue } from "./test-queue.ts";

const TESTS = fileURLToPath(new URL("node-test-project/orders.test.mjs", import.meta.url));

test("a project with node:test passes on our client, and ends by itself", async () => {
  await using queue = await TestQueue.create();
  const { exitCode, stdout } = await runNode(["--test", "--test-reporter=tap", TESTS], { QUEUE_URL: queue.queueUrl });
  expect(stdout).toMatch(/^# pass 3$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(exitCode).toBe(0);
});
