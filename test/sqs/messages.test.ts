import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@warrenmq/client-sqs";
import type { MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName } from "@warrenmq/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { awsAttributesMd5, md5Hex } from "../support/aws-md5.ts";
import { createTestQueue, deleteQueuesAfterAll, receiveAll, testClient } from "../support/sqs.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MIB = 1_048_576;

const sqs = testClient();
deleteQueuesAfterAll();

let QueueUrl: string;
beforeAll(async () => {
  QueueUrl = await createTestQueue(sqs, { prefix: "messages" });
});

async function receiveOne(names: { attributes?: string[]; system?: MessageSystemAttributeName[] } = {}) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: 5,
      MessageAttributeNames: names.attributes,
      MessageSystemAttributeNames: names.system,
    }),
  );
  const [message] = Messages;
  expect(Messages).toHaveLength(1);
  if (message === undefined) throw new Error("no message");
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return message;
}

describe("one message", () => {
  test.each([
    ["plain text", "hello"],
    ["a single space", " "],
    ["every kind of allowed character", "\t\n\r é ß 漢字 😀 \uD7FF\uE000\uFFFD"],
    ["JSON", JSON.stringify({ a: [1, "two", null] })],
    ["exactly 1 MiB", "x".repeat(MIB)],
    ["exactly 1 MiB of two-byte characters", "é".repeat(MIB / 2)],
  ])("with %s as its body arrives unchanged, with the MD5 of its bytes", async (_label, body) => {
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    expect(sent.MessageId).toMatch(UUID);
    expect(sent.MD5OfMessageBody).toBe(md5Hex(body));
    expect(sent).not.toHaveProperty("MD5OfMessageAttributes");
    expect(sent).not.toHaveProperty("SequenceNumber");
    const message = await receiveOne();
    expect(message).toEqual({
      MessageId: sent.MessageId,
      ReceiptHandle: expect.any(String),
      MD5OfBody: md5Hex(body),
      Body: body,
    });
  });

  const attributes: Record<string, MessageAttributeValue> = {
    text: { DataType: "String", StringValue: "vålue" },
    digits: { DataType: "Number", StringValue: "00.10e-3" },
    bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255, 128, 10) },
    "custom.text": { DataType: "String.json", StringValue: "{}" },
    "custom-number": { DataType: "Number.java.lang.Long", StringValue: "9007199254740993" },
    custom_bytes: { DataType: "Binary.png", BinaryValue: Buffer.from("png") },
    "x-header": { DataType: "String", StringValue: "a name that RabbitMQ owns" },
    CC: { DataType: "String", StringValue: "would route elsewhere" },
    BCC: { DataType: "Binary", BinaryValue: Uint8Array.of(1) },
    "warrenmq-sender-id": { DataType: "String", StringValue: "a name that we own" },
  };

  test("carries ten attributes of all types, and names that the broker owns, with AWS's MD5", async () => {
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageAttributes: attributes }));
    expect(sent.MD5OfMessageAttributes).toBe(awsAttributesMd5(attributes));
    const message = await receiveOne({ attributes: ["All"], system: ["SenderId"] });
    expect(Object.keys(message.MessageAttributes ?? {}).toSorted()).toEqual(Object.keys(attributes).toSorted());
    for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
      const received = message.MessageAttributes?.[name];
      expect(received?.DataType).toBe(DataType);
      expect(received?.StringValue).toBe(StringValue);
      if (BinaryValue !== undefined) expect([...(received?.BinaryValue ?? [])]).toEqual([...BinaryValue]);
    }
    expect(message.MD5OfMessageAttributes).toBe(awsAttributesMd5(attributes));
    expect(message.Attributes).toEqual({ SenderId: "000000000000" });
  });

  test("shows the attributes that were asked for, by name or prefix, and their MD5; none are no member at all", async () => {
    const some = { "a.one": attributes["text"], "a.two": attributes["digits"], b: attributes["bytes"] } as const;
    const given = Object.fromEntries(Object.entries(some).flatMap(([name, value]) => (value ? [[name, value]] : [])));
    const cases: [string[], string[]][] = [
      [["a.*"], ["a.one", "a.two"]],
      [["b", "missing"], ["b"]],
      [[".*"], ["a.one", "a.two", "b"]],
      [["missing"], []],
      [[], []],
    ];
    for (const [asked, expected] of cases) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageAttributes: given }));
      const message = await receiveOne({ attributes: asked });
      expect(Object.keys(message.MessageAttributes ?? {}).toSorted()).toEqual(expected);
      const shown = Object.fromEntries(Object.entries(given).filter(([name]) => expected.includes(name)));
      if (expected.length > 0) expect(message.MD5OfMessageAttributes).toBe(awsAttributesMd5(shown));
      else expect(Object.keys(message)).toEqual(["MessageId", "ReceiptHandle", "MD5OfBody", "Body"]);
    }
  });

  test("carries attributes that are far larger than an AMQP header table", async () => {
    const large = {
      big: { DataType: "String", StringValue: "é".repeat(150_000) },
      blob: { DataType: "Binary", BinaryValue: new Uint8Array(300_000).fill(7) },
    };
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "body", MessageAttributes: large }));
    expect(sent.MD5OfMessageAttributes).toBe(awsAttributesMd5(large));
    const message = await receiveOne({ attributes: ["All"] });
    expect(message.Body).toBe("body");
    expect(message.MessageAttributes?.["big"]?.StringValue).toBe(large.big.StringValue);
    expect(message.MessageAttributes?.["blob"]?.BinaryValue).toHaveLength(300_000);
    expect(message.MD5OfMessageAttributes).toBe(awsAttributesMd5(large));
  });

  test("shows the system attributes that were asked for, and an MD5 for those that were sent", async () => {
    const trace = { DataType: "String" as const, StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1" };
    const beforeMs = Date.now();
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "x",
        MessageGroupId: "tenant-1",
        MessageSystemAttributes: { AWSTraceHeader: trace },
      }),
    );
    expect(sent.MD5OfMessageSystemAttributes).toBe(awsAttributesMd5({ AWSTraceHeader: trace }));
    expect(sent).not.toHaveProperty("MD5OfMessageAttributes");
    const { Attributes = {} } = await receiveOne({ system: ["All"] });
    expect(Attributes).toEqual({
      AWSTraceHeader: trace.StringValue,
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      ApproximateReceiveCount: "1",
      MessageGroupId: "tenant-1",
      SenderId: "000000000000",
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
    });
    expect(Number(Attributes.SentTimestamp)).toBeGreaterThanOrEqual(beforeMs);
    expect(Number(Attributes.ApproximateFirstReceiveTimestamp)).toBeGreaterThanOrEqual(
      Number(Attributes.SentTimestamp),
    );
  });

  test("shows the union of AttributeNames and MessageSystemAttributeNames", async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK types these as names of queue attributes
    const sentTimestamp = "SentTimestamp" as QueueAttributeName;
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds: 5,
        AttributeNames: [sentTimestamp],
        MessageSystemAttributeNames: ["SenderId"],
      }),
    );
    expect(Object.keys(Messages?.[0]?.Attributes ?? {}).toSorted()).toEqual(["SenderId", "SentTimestamp"]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
  });

  test("is gone for good once it is deleted, and deleting it again succeeds", async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, VisibilityTimeout: 1 }),
    );
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 }))).not.toHaveProperty("Messages");
  });
});

describe("a batch", () => {
  test("of ten messages is sent, received and deleted with a result for each", async () => {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: `id_${index}`,
      MessageBody: `body ${index}`,
      MessageAttributes: { index: { DataType: "Number", StringValue: String(index) } },
    }));
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent).not.toHaveProperty("Failed");
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(Entries.map(({ Id }) => Id));
    for (const [index, entry] of (sent.Successful ?? []).entries()) {
      expect(entry.MD5OfMessageBody).toBe(md5Hex(`body ${index}`));
      expect(entry.MD5OfMessageAttributes).toBe(awsAttributesMd5(Entries[index]?.MessageAttributes ?? {}));
    }
    const received = await receiveAll(sqs, 10, { QueueUrl });
    // A standard queue promises no order.
    const byId = new Map(received.map(({ MessageId, Body }) => [MessageId, Body]));
    expect(sent.Successful?.map(({ MessageId }) => byId.get(MessageId))).toEqual(
      Entries.map(({ MessageBody }) => MessageBody),
    );
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        // MessageId as entry Id, as sqs-consumer does.
        Entries: received.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle })),
      }),
    );
    expect(deleted).not.toHaveProperty("Failed");
    expect(deleted.Successful).toEqual(received.map(({ MessageId }) => ({ Id: MessageId })));
  });

  test("of exactly 1 MiB passes", async () => {
    const Entries = Array.from({ length: 4 }, (_, index) => ({ Id: `${index}`, MessageBody: "x".repeat(MIB / 4) }));
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful).toHaveLength(4);
    const received = await receiveAll(sqs, 4, { QueueUrl });
    expect(received.map(({ Body = "" }) => Body.length)).toEqual([MIB / 4, MIB / 4, MIB / 4, MIB / 4]);
    for (const { ReceiptHandle } of received) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  });

  test("with bad entries sends the good ones and names the others", async () => {
    const { Successful, Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "good", MessageBody: "good" },
          { Id: "control", MessageBody: "bad \u0000 character" },
          { Id: "type", MessageBody: "x", MessageAttributes: { a: { DataType: "Date", StringValue: "x" } } },
          { Id: "delay", MessageBody: "x", DelaySeconds: 901 },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])).toEqual([
      ["control", "InvalidMessageContents", true],
      ["type", "InvalidParameterValue", true],
      ["delay", "InvalidParameterValue", true],
    ]);
    expect((await receiveOne()).Body).toBe("good");
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: "0" });
  });

  test("of which every entry fails has no Successful", async () => {
    const sent = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", MessageBody: "\u0001" }] }),
    );
    expect(sent).not.toHaveProperty("Successful");
    expect(sent.Failed).toHaveLength(1);
  });
});
