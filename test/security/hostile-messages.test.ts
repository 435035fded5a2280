// What any client of the virtual host may publish: receivers live on, and get the next message.
import { DeleteMessageCommand, GetQueueAttributesCommand, SendMessageCommand } from "@warrenmq/client-sqs";
import type { Message } from "@warrenmq/client-sqs";
import { PublishCommand } from "@warrenmq/client-sns";
import type { Options } from "amqplib";
import { beforeAll, describe, expect, test } from "vitest";
import { nativeChannel } from "../support/amqp.ts";
import { createTestTopic, subscribeQueue, testSnsClient } from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, queueNameOf, receiveAll, testClient } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const sqs = testClient();
const sns = testSnsClient();
deleteQueuesAfterAll();
const channel = await nativeChannel();

let QueueUrl: string;
let queue: string;
beforeAll(async () => {
  QueueUrl = await createTestQueue(sqs, { prefix: "hostile" });
  queue = queueNameOf(QueueUrl);
});

/** Nested as deeply as amqplib can encode, which is not what the broker's frames allow. */
function nested(depth: number): unknown {
  let value: unknown = "x";
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const polluting = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');

const hostile: readonly [string, Buffer, Options.Publish][] = [
  ["nothing", Buffer.alloc(0), {}],
  ["headers named like Object's members", Buffer.from("x"), { headers: polluting }],
  [
    "attributes that are no JSON",
    Buffer.from("x"),
    { headers: { "warrenmq-attributes": "[[", "warrenmq-attribute-types": "{" } },
  ],
  ["attributes that pollute", Buffer.from("x"), { headers: { "warrenmq-attribute-types": JSON.stringify(polluting) } }],
  [
    "numbers out of range",
    Buffer.from("x"),
    { headers: { "warrenmq-receive-count": -1, "warrenmq-log-offset": 1e300, "x-delivery-count": -5 } },
  ],
  [
    "a receive count that never ends",
    Buffer.from("x"),
    { headers: { "warrenmq-receive-count": Number.MAX_SAFE_INTEGER } },
  ],
  ["a deep header", Buffer.from("x"), { headers: { deep: nested(300) } }],
  [
    "3,000 headers",
    Buffer.from("x"),
    { headers: Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`h${index}`, 1])) },
  ],
  ["a frame that is cut", Buffer.from([1, 255, 0]), { contentType: "application/vnd.warrenmq.sqs-message" }],
  [
    "a frame with a length of 4 GiB",
    Buffer.from([1, 1, 0, 1, 97, 0, 1, 98, 1, 255, 255, 255, 255]),
    { contentType: "application/vnd.warrenmq.sqs-message", appId: "warrenmq" },
  ],
  ["a message id of 255 bytes", Buffer.from("x"), { messageId: "\u{1F600}".repeat(60) }],
  ["WarrenMQ's name, without what its messages have", Buffer.from("x"), { appId: "warrenmq" }],
  ["a timestamp of a far time", Buffer.from("x"), { timestamp: 2 ** 52 }],
  [
    "a trace context of spaces",
    Buffer.from("x"),
    { headers: { "warrenmq-propagation": " ".repeat(900), traceparent: "\u0000" } },
  ],
  ["an expiration and a reply address", Buffer.from("x"), { expiration: "600000", replyTo: "amq.rabbitmq.reply-to.x" }],
];

async function receive(): Promise<Message[]> {
  const input = { QueueUrl, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All" as const] };
  const messages = await receiveAll(sqs, 2, input);
  for (const { ReceiptHandle } of messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return messages;
}

describe("a native publisher", () => {
  test.each(hostile)(
    "that sends %s does not keep a receiver from the next message",
    async (_what, content, options) => {
      channel.publish("", queue, content, { persistent: true, ...options });
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "next" }));
      const messages = await receive();
      expect(messages.map(({ Body }) => Body)).toContain("next");
      for (const { MessageId, ReceiptHandle, MessageAttributes = {} } of messages) {
        expect(MessageId).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
        expect(ReceiptHandle).toBeDefined();
        expect(Object.keys(MessageAttributes).length).toBeLessThanOrEqual(10);
      }
      expect(Reflect.get({}, "polluted")).toBeUndefined();
    },
  );

  test("that writes into the registry and to processes does not stop calls", async () => {
    const junk = [
      "",
      "{",
      "null",
      '{"v":1}',
      JSON.stringify({ v: 1, id: "x", at: 1, service: "sqs", data: polluting }),
    ];
    const command = { type: "create-queue", name: "__proto__", attributes: polluting, tags: {} };
    junk.push(JSON.stringify({ v: 1, id: "y", at: 1, service: "sqs", data: command }));
    junk.push(JSON.stringify({ v: 1, id: "z", at: 1, service: "sns", data: { ...command, type: "create-topic" } }));
    for (const each of junk) {
      channel.publish("", "warrenmq.registry", Buffer.from(each), { persistent: true });
      channel.publish("", "warrenmq.late-deletes", Buffer.from(each), { persistent: true });
      channel.publish("warrenmq.control", "all", Buffer.from(each));
    }
    const TopicArn = await createTestTopic(sns);
    await subscribeQueue(sns, TopicArn, `url/${queue}`);
    await sns.send(new PublishCommand({ TopicArn, Message: "still" }));
    const late = testClient({ connectionName: "reads the registry anew" });
    const [message] = await receiveAll(late, 1, { QueueUrl });
    expect(message?.Body).toContain("still");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    await late.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});
