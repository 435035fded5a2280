// OpenTelemetry as an application registers it: spans by the conventions for messaging, and traces that go through messages.
import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  DeleteMessageCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  propagationHeadersOf,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@warrenmq/client-sqs";
import { PublishCommand } from "@warrenmq/client-sns";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nativeChannel, takeMessage } from "../support/amqp.ts";
import { createTestTopic, subscribeQueue, testSnsClient } from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, queueNameOf, receiveAll, testClient } from "../support/sqs.ts";
import { registerTelemetry } from "../support/telemetry.ts";

const telemetry = registerTelemetry({ xRay: true });
const sqs = testClient();
const sns = testSnsClient();
deleteQueuesAfterAll();
const channel = await nativeChannel();

let QueueUrl: string;
let queue: string;
beforeAll(async () => {
  QueueUrl = await createTestQueue(sqs, { prefix: "spans" });
  queue = queueNameOf(QueueUrl);
});
beforeEach(() => void telemetry.takeSpans());

async function receive(url = QueueUrl) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      WaitTimeSeconds: 5,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  return Messages;
}

describe("a message's way", () => {
  test("is three spans: it is sent, received with a link to the send, and acknowledged", async () => {
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "traced" }));
    await receive();
    const [sent, received, deleted] = telemetry.takeSpans();
    const system = { "messaging.system": "rabbitmq", "messaging.destination.name": queue };
    expect(sent).toMatchObject({
      name: `send ${queue}`,
      kind: SpanKind.PRODUCER,
      attributes: {
        ...system,
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.message.id": MessageId,
      },
    });
    expect(received).toMatchObject({
      name: `receive ${queue}`,
      kind: SpanKind.CLIENT,
      attributes: { ...system, "messaging.operation.type": "receive", "messaging.batch.message_count": 1 },
      links: [{ context: { spanId: sent?.spanContext().spanId, traceId: sent?.spanContext().traceId } }],
    });
    expect(deleted).toMatchObject({ name: `ack ${queue}`, attributes: { "messaging.operation.type": "settle" } });
  });

  test("belongs to the trace of the caller, and a handler can go on with it", async () => {
    const tracer = trace.getTracer("shop");
    const order = tracer.startSpan("order");
    await context.with(trace.setSpan(context.active(), order), async () => {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "traced" }));
    });
    const [message = {}] = await receive();
    const [sent] = telemetry.takeSpans();
    expect(sent).toMatchObject({ parentSpanContext: { spanId: order.spanContext().spanId } });
    const parent = propagation.extract(context.active(), propagationHeadersOf(message));
    expect(trace.getSpanContext(parent)).toMatchObject({
      traceId: order.spanContext().traceId,
      spanId: sent?.spanContext().spanId,
    });
  });

  test("through a topic is one trace too", async () => {
    const TopicArn = await createTestTopic(sns);
    await subscribeQueue(sns, TopicArn, `arn-of/${queue}`);
    telemetry.takeSpans();
    const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Message: "traced" }));
    const [message] = await receive();
    const [published, received] = telemetry.takeSpans();
    expect(JSON.parse(message?.Body ?? "")).toMatchObject({ MessageId, Message: "traced" });
    expect(published).toMatchObject({
      name: `send ${TopicArn.split(":").at(-1)}`,
      attributes: { "messaging.message.id": MessageId },
    });
    expect(received?.links).toMatchObject([{ context: { spanId: published?.spanContext().spanId } }]);
  });
});

test("a batch is one span, and the failures of its calls are errors", async () => {
  const Entries = ["a", "b", "c"].map((Id) => ({ Id, MessageBody: Id }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const received = await receiveAll(sqs, Entries.length, { QueueUrl });
  const deletions = received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  expect(telemetry.takeSpans()[0]).toMatchObject({ attributes: { "messaging.batch.message_count": 3 } });
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: deletions }));
  expect(telemetry.takeSpans()).toMatchObject([
    { name: `ack ${queue}`, attributes: { "messaging.batch.message_count": 3 } },
  ]);

  const gone = sqs.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-gone`, MessageBody: "x" }));
  await expect(gone).rejects.toThrow("does not exist");
  expect(telemetry.takeSpans()).toMatchObject([
    {
      name: `send ${queue}-gone`,
      status: { code: SpanStatusCode.ERROR },
      attributes: { "error.type": "QueueDoesNotExist" },
    },
  ]);
});

test("an operation that is not about messages is a call of AWS's API", async () => {
  await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  expect(telemetry.takeSpans()).toMatchObject([
    { name: "SQS/GetQueueAttributes", attributes: { "rpc.system": "aws-api", "rpc.method": "GetQueueAttributes" } },
  ]);
});

describe("what goes along with a message", () => {
  test("a native consumer sees the W3C headers; ReceiveMessage shows what AWS's does", async () => {
    // A queue that nobody has received from: a receiver that lingers may hold the message.
    const url = await createTestQueue(sqs, { prefix: "seen-natively" });
    telemetry.takeSpans();
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: "traced",
        MessageAttributes: { colour: { DataType: "String", StringValue: "red" } },
      }),
    );
    const [sent] = telemetry.takeSpans();
    const native = await takeMessage(channel, queueNameOf(url), () => true);
    const { traceId = "", spanId = "" } = sent?.spanContext() ?? {};
    expect(native?.properties.headers).toMatchObject({ colour: "red", traceparent: `00-${traceId}-${spanId}-01` });

    if (native === undefined) throw new Error("no message");
    channel.publish("", queueNameOf(url), native.content, native.properties);
    const [message] = await receive(url);
    expect(message?.MessageAttributes).toEqual({ colour: { DataType: "String", StringValue: "red" } });
    expect(message?.Attributes?.AWSTraceHeader).toBe(
      `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1`,
    );
  });

  test("a native publisher's trace context is linked to", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    channel.publish("", queue, Buffer.from("native"), { headers: { traceparent } });
    const [message = {}] = await receive();
    expect(propagationHeadersOf(message)).toMatchObject({ traceparent });
    expect(telemetry.takeSpans()[0]?.links).toMatchObject([{ context: { spanId: "00f067aa0ba902b7" } }]);
  });

  test("a traceparent that the sender made an attribute stays one", async () => {
    const StringValue = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const MessageAttributes = { traceparent: { DataType: "String", StringValue } };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageAttributes }));
    expect((await receive())[0]?.MessageAttributes).toEqual(MessageAttributes);
  });
});

async function ofQueue(name: string) {
  return (await telemetry.points(name)).filter(({ attributes }) => attributes["messaging.destination.name"] === queue);
}

test("metrics count messages and time calls", async () => {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "counted" }));
  await receive();
  const [sent] = await ofQueue("messaging.client.sent.messages");
  expect(sent?.value).toBeGreaterThanOrEqual(1);
  const [consumed] = await ofQueue("messaging.client.consumed.messages");
  expect(consumed?.value).toBeGreaterThanOrEqual(1);
  const durations = await ofQueue("messaging.client.operation.duration");
  const operations = durations.map(({ attributes }) => attributes["messaging.operation.name"]);
  expect(operations).toEqual(expect.arrayContaining(["send", "receive", "ack"]));
});
