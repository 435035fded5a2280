import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ClientProcess } from "../support/client-process.ts";
import { createTestQueue, deleteQueuesAfterAll, errorOf, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

let QueueUrl: string;
beforeEach(async () => {
  QueueUrl = await createTestQueue(sqs, { prefix: "handles" });
});

async function send(...bodies: string[]): Promise<void> {
  for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

/** What comes within two seconds. */
async function remaining(): Promise<(string | undefined)[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map(({ Body }) => Body);
}

const handleOf = ({ ReceiptHandle = "" }: Message = {}): string => ReceiptHandle;

describe("a message that another process received", () => {
  let other: ClientProcess;
  beforeAll(() => {
    other = new ClientProcess();
  });
  afterAll(() => other.kill());

  test("is deleted from here", async () => {
    await send("one");
    const [message] = await other.receive(QueueUrl, 1, 1);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handleOf(message) }));
    expect(await remaining()).toEqual([]);
  });

  test("is visible again when its visibility timeout is set to 0 from here", async () => {
    await send("one");
    const [message] = await other.receive(QueueUrl, 1);
    const change = { QueueUrl, ReceiptHandle: handleOf(message), VisibilityTimeout: 0 };
    await sqs.send(new ChangeMessageVisibilityCommand(change));
    expect(await remaining()).toEqual(["one"]);
  });

  test("stays hidden when its visibility timeout is raised from here", async () => {
    await send("one");
    const [message] = await other.receive(QueueUrl, 1, 1);
    const change = { QueueUrl, ReceiptHandle: handleOf(message), VisibilityTimeout: 30 };
    await sqs.send(new ChangeMessageVisibilityCommand(change));
    expect(await remaining()).toEqual([]);
  });

  test("cannot be hidden for more than 12 hours from here", async () => {
    await send("one");
    const [message] = await other.receive(QueueUrl, 1);
    await other.send("getQueueAttributes", { QueueUrl });
    const change = { QueueUrl, ReceiptHandle: handleOf(message), VisibilityTimeout: 43_200 };
    const error = await errorOf(sqs.send(new ChangeMessageVisibilityCommand(change)));
    expect(error.message).toContain("Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
  });

  test("counts as not in flight when it was deleted there", async () => {
    await send("one");
    const [message] = await other.receive(QueueUrl, 1);
    const ReceiptHandle = handleOf(message);
    await other.send("deleteMessage", { QueueUrl, ReceiptHandle });
    const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 });
    expect(await errorOf(sqs.send(change))).toMatchObject({
      name: "InvalidParameterValue",
      message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  });

  test("can be settled in one batch with messages of this process and of a third", async () => {
    await using third = new ClientProcess();
    await send("a", "b", "c", "d");
    const received = [
      ...(await other.receive(QueueUrl, 2)),
      ...(await third.receive(QueueUrl, 1)),
      ...(await receiveAll(sqs, 1, { QueueUrl, MaxNumberOfMessages: 1 })),
    ];
    const entries = received.map((message, index) => ({ Id: `e${index}`, ReceiptHandle: handleOf(message) }));
    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: 60 })),
      }),
    );
    expect(changed.Failed).toBeUndefined();
    expect(changed.Successful?.map(({ Id }) => Id)).toEqual(["e0", "e1", "e2", "e3"]);
    const Entries = [...entries, { Id: "bad", ReceiptHandle: "garbage" }];
    const { Successful, Failed } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(["e0", "e1", "e2", "e3"]);
    expect(Failed).toMatchObject([{ Id: "bad", Code: "ReceiptHandleIsInvalid", SenderFault: true }]);
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
    });
  });
});

describe("a message whose receiver was killed", () => {
  test("is deleted by its old handle, also when it was delivered again here", async () => {
    await send("one");
    await using other = new ClientProcess();
    const [old] = await other.receive(QueueUrl, 1);
    await other.kill();
    const [again] = await receiveAll(sqs, 1, { QueueUrl, VisibilityTimeout: 1 });
    expect(again?.Attributes).toBeUndefined();
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handleOf(old) }));
    expect(await remaining()).toEqual([]);
  });

  test("is dropped at its next delivery when its old handle deletes it, and answers as not in flight", async () => {
    await send("one", "two");
    await using other = new ClientProcess();
    const [old] = await other.receive(QueueUrl, 1);
    await other.kill();
    const ReceiptHandle = handleOf(old);
    const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 });
    expect((await errorOf(sqs.send(change))).message).toContain("is not available for visibility timeout change");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const bodies = new Set(await remaining());
    expect([...bodies]).toEqual(["two"]);
  });
});

describe("a delete after the visibility timeout", () => {
  test("holds in a process that received nothing yet, and in one that starts later", async () => {
    await send("one", "two");
    const [late] = await receiveAll(sqs, 1, { QueueUrl, MaxNumberOfMessages: 1, VisibilityTimeout: 0 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handleOf(late) }));
    await using other = new ClientProcess();
    const [kept] = await other.receive(QueueUrl, 1, 0);
    expect(new Set([late?.Body, kept?.Body])).toEqual(new Set(["one", "two"]));
    await other.send("deleteMessage", { QueueUrl, ReceiptHandle: handleOf(kept) });
    expect(await remaining()).toEqual([]);
  });

  test("takes the message from another process that has received it meanwhile", async () => {
    await send("one");
    await using other = new ClientProcess();
    const [late] = await receiveAll(sqs, 1, { QueueUrl, VisibilityTimeout: 0 });
    await other.receive(QueueUrl, 1, 2);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handleOf(late) }));
    // Had it stayed in flight there, it would be back after two seconds.
    await until(
      async () => {
        const { Attributes } = await other.send("getQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
        return Attributes?.["ApproximateNumberOfMessagesNotVisible"] === "0";
      },
      { what: "the other process to acknowledge it", timeoutMs: 1_500 },
    );
    expect(await remaining()).toEqual([]);
  });
});

test("an older handle changes the visibility of a message that a third process has received since", async () => {
  await using first = new ClientProcess();
  await using second = new ClientProcess();
  await send("one");
  const [older] = await first.receive(QueueUrl, 1, 0);
  await second.receive(QueueUrl, 1);
  const change = { QueueUrl, ReceiptHandle: handleOf(older), VisibilityTimeout: 0 };
  await sqs.send(new ChangeMessageVisibilityCommand(change));
  expect(await remaining()).toEqual(["one"]);
});

test("a process that does not answer fails its entry, and no other", async () => {
  const impatient = testClient({ timeoutMs: 2_000 });
  await send("one", "two");
  await using other = new ClientProcess();
  const [theirs] = await other.receive(QueueUrl, 1);
  const [ours] = await receiveAll(impatient, 1, { QueueUrl, MaxNumberOfMessages: 1 });
  other.freeze();
  const { Successful, Failed } = await impatient.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: "theirs", ReceiptHandle: handleOf(theirs) },
        { Id: "ours", ReceiptHandle: handleOf(ours) },
      ],
    }),
  );
  expect(Successful).toEqual([{ Id: "ours" }]);
  expect(Failed).toMatchObject([{ Id: "theirs", Code: "ServiceUnavailable", SenderFault: false }]);
});
