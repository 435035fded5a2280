// A receipt handle lets its holder settle the one message that came with it, and nothing else.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { createTestQueue, deleteQueuesAfterAll, errorOf, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

let QueueUrl: string;
beforeAll(async () => {
  QueueUrl = await createTestQueue(sqs, { prefix: "handles" });
});

async function sendAndReceive(url = QueueUrl): Promise<Message> {
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "mine" }));
  const [message] = await receiveAll(sqs, 1, { QueueUrl: url });
  if (message === undefined) throw new Error("no message");
  return message;
}

/** The handle with another message in it. Its tag stays. */
function withMessageId(handle: string, from: string, to: string): string {
  const [text, tag] = [handle.slice(0, -24), handle.slice(-24)];
  const bytes = Buffer.from(text, "base64url");
  const at = bytes.indexOf(from, 0, "latin1");
  if (at < 0) throw new Error("the handle does not hold the MessageId");
  bytes.write(to, at, "latin1");
  return bytes.toString("base64url") + tag;
}

const invalid = { name: "ReceiptHandleIsInvalid", $fault: "client" };

describe("a forged receipt handle", () => {
  test("does not delete a message that nobody has received, whoever knows its MessageId", async () => {
    const mine = await sendAndReceive();
    const { MessageId = "" } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "theirs" }));
    const ReceiptHandle = withMessageId(mine.ReceiptHandle ?? "", mine.MessageId ?? "", MessageId);
    expect(await errorOf(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })))).toMatchObject({
      ...invalid,
      message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
    });
    const [theirs] = await receiveAll(sqs, 1, { QueueUrl });
    expect(theirs?.MessageId).toBe(MessageId);
    for (const message of [mine, theirs]) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    }
  });

  test("does not show what another receiver holds", async () => {
    const mine = await sendAndReceive();
    const theirs = await sendAndReceive();
    const ReceiptHandle = withMessageId(mine.ReceiptHandle ?? "", mine.MessageId ?? "", theirs.MessageId ?? "");
    const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    expect(await errorOf(sqs.send(change))).toMatchObject(invalid);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toBeUndefined();
    for (const { ReceiptHandle: own } of [mine, theirs]) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: own }));
    }
  });

  test("fails its entry of a batch, and no other", async () => {
    const mine = await sendAndReceive();
    const Entries = [
      { Id: "own", ReceiptHandle: mine.ReceiptHandle },
      { Id: "forged", ReceiptHandle: `${mine.ReceiptHandle?.slice(0, -1)}!` },
    ];
    expect(await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).toMatchObject({
      Successful: [{ Id: "own" }],
      Failed: [{ Id: "forged", Code: "ReceiptHandleIsInvalid", SenderFault: true }],
    });
  });
});

test("a handle of one queue is of no use at another one", async () => {
  const other = await createTestQueue(sqs, { prefix: "handles" });
  const { ReceiptHandle } = await sendAndReceive();
  const deletion = new DeleteMessageCommand({ QueueUrl: other, ReceiptHandle });
  expect(await errorOf(sqs.send(deletion))).toMatchObject(invalid);
  const change = new ChangeMessageVisibilityCommand({ QueueUrl: other, ReceiptHandle, VisibilityTimeout: 0 });
  expect(await errorOf(sqs.send(change))).toMatchObject(invalid);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
});
