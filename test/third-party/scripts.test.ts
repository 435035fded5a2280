// Plain scripts as people write them: nobody calls destroy(), and the process ends by itself, as it does with the AWS SDK.
import { fileURLToPath } from "node:url";
import { SendMessageCommand } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { describe, expect, test } from "vitest";
import { runNode } from "./run-node.ts";
import type { NodeRun } from "./run-node.ts";
import { TestQueue } from "./test-queue.ts";

const PROMPTLY_MS = 2_000;

describe("a script that never calls destroy() ends by itself", () => {
  test("when it made a client and no call", async () => {
    await using queue = await TestQueue.create();
    expectPromptEnd(await runFixture("idle.mjs", queue), "SQS");
  });

  test("when it sent a message", async () => {
    await using queue = await TestQueue.create();
    const run = await runFixture("send.mjs", queue);
    const [message] = await queue.receive();
    expect(message?.Body).toBe("from a script");
    expectPromptEnd(run, message?.MessageId);
  });

  test("when it received a message, which then goes back to the queue", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "600" });
    await queue.client.send(new SendMessageCommand({ QueueUrl: queue.queueUrl, MessageBody: "hello" }));
    expectPromptEnd(await runFixture("receive.mjs", queue), "1");
    await until(async () => (await queue.receive())[0], { what: "the message to come back" });
  });

  test("when it did a long poll in vain, and nothing is lost to it", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "600" });
    expectPromptEnd(await runFixture("long-poll.mjs", queue), "0");
    await queue.client.send(new SendMessageCommand({ QueueUrl: queue.queueUrl, MessageBody: "hello" }));
    expect(await queue.receive()).toHaveLength(1);
  });

  test("when it is CommonJS", async () => {
    await using queue = await TestQueue.create();
    expectPromptEnd(await runFixture("require.cjs", queue), "from CommonJS");
  });
});

async function runFixture(name: string, queue: TestQueue): Promise<NodeRun> {
  return runNode([fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)), queue.queueUrl]);
}

function expectPromptEnd({ exitCode, stdout, lingeredMs }: NodeRun, expected: string | undefined): void {
  expect(stdout).toBe(`${expected}\n`);
  expect(exitCode).toBe(0);
  expect(lingeredMs).toBeLessThan(PROMPTLY_MS);
}
