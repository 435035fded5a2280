import { connect as connectAmqp } from "amqplib";
import type { ChannelModel, ConfirmChannel, ConsumeMessage } from "amqplib";
import { connect as connectStreamClient, Offset } from "rabbitmq-stream-js-client";
import type { Client } from "rabbitmq-stream-js-client";
import { CompressionType } from "rabbitmq-stream-js-client/dist/compression.js";
import { until } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { isAtLeast, messagesOf, numbered, readStream, streamTests } from "../support/streams.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const { broker, client, stream } = streamTests();

describe("rabbitmq-stream-js-client", () => {
  test("reads what we write", async () => {
    const npm = await npmClient();
    if (npm === undefined) return;
    const name = await stream();
    const publisher = await client().publisher(name);
    const properties = { messageId: "id", contentType: "text/plain" };
    const applicationProperties = { text: "t", integer: 42 };
    await publisher.publish([{ body: Buffer.from("with all"), properties, applicationProperties }]);
    await publisher.publish(messagesOf("", "short", "long".repeat(1_000)));
    const received: { content: Buffer; offset?: bigint; applicationProperties?: object; messageProperties?: object }[] =
      [];
    await npm.declareConsumer({ stream: name, offset: Offset.first() }, (message) => void received.push(message));
    await until(() => received.length === 4, { what: "four messages" });
    expect(received.map(({ content }) => content.toString())).toEqual(["with all", "", "short", "long".repeat(1_000)]);
    expect(received.map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n]);
    expect(received[0]).toMatchObject({ applicationProperties, messageProperties: properties });
  });

  test("writes what we read", async () => {
    const npm = await npmClient();
    if (npm === undefined) return;
    const name = await stream();
    const publisher = await npm.declarePublisher({ stream: name });
    const applicationProperties = { text: "t", integer: 42 };
    await publisher.send(Buffer.from("a"), { applicationProperties, messageProperties: { messageId: "id" } });
    await publisher.send(Buffer.from("b".repeat(300)));
    await publisher.flush();
    const reader = await readStream(client(), name);
    await reader.read(2);
    expect(reader.texts()).toEqual(["a", "b".repeat(300)]);
    const decoded = reader.messages[0]?.decode();
    expect(Object.fromEntries(decoded?.applicationProperties ?? [])).toEqual(applicationProperties);
    expect(decoded?.properties).toMatchObject({ messageId: "id" });
  });

  test("writes sub-batches, plain and gzipped, which we read with the offsets that the broker gave", async () => {
    const npm = await npmClient();
    if (npm === undefined) return;
    const name = await stream();
    const publisher = await npm.declarePublisher({ stream: name });
    await publisher.sendSubEntries(subBatch("plain"), CompressionType.None);
    await publisher.sendSubEntries(subBatch("gzip"), CompressionType.Gzip);
    await publisher.send(Buffer.from("single"));
    await publisher.flush();
    const reader = await readStream(client(), name);
    await reader.read(101);
    expect(reader.texts()).toEqual([...numbered("plain", 50), ...numbered("gzip", 50), "single"]);
    expect(reader.messages.map(({ offset }) => offset)).toEqual(Array.from({ length: 101 }, (_, index) => index));
    const inTheMiddle = await readStream(client(), name, { offset: { type: "offset", offset: 75 } });
    await inTheMiddle.read(26);
    expect(inTheMiddle.texts()[0]).toBe("gzip-25");
  });

  test("filters what we write, and we filter what it writes", async () => {
    const npm = await npmClient();
    if (npm === undefined || !isAtLeast(broker(), 3, 13)) return;
    const name = await stream();
    const publisher = await client().publisher(name, { filtering: true });
    await publisher.publish([{ body: Buffer.from("red"), filterValue: "red" }]);
    await publisher.publish([{ body: Buffer.from("blue"), filterValue: "blue" }]);
    const received: string[] = [];
    const filter = { values: ["blue"], postFilterFunc: () => true, matchUnfiltered: false };
    await npm.declareConsumer({ stream: name, offset: Offset.first(), filter }, ({ content }) => {
      received.push(content.toString());
    });
    await until(() => received.length > 0, { what: "the filtered message" });
    expect(received).toEqual(["blue"]);
    const theirs = await npm.declarePublisher({ stream: name }, ({ content }) => content.toString());
    await theirs.send(Buffer.from("green"));
    await theirs.flush();
    const reader = await readStream(client(), name, { filter: { values: ["green"] } });
    await reader.read(1);
    expect(reader.texts()).toEqual(["green"]);
  });
});

describe("AMQP 0-9-1", () => {
  let model: ChannelModel;
  let channel: ConfirmChannel;
  beforeAll(async () => {
    model = await connectAmqp(broker().url);
    channel = await model.createConfirmChannel();
  });
  afterAll(() => model.close());

  test("writes to a stream queue what we read", async () => {
    const name = await stream();
    const headers = { text: "t", integer: 42, yes: true };
    const properties = { messageId: "id", contentType: "text/plain", correlationId: "c", headers };
    channel.sendToQueue(name, Buffer.from("small"), properties);
    channel.sendToQueue(name, Buffer.alloc(3_000_000, "x")); // larger than a frame of the stream protocol
    channel.sendToQueue(name, Buffer.alloc(0));
    await channel.waitForConfirms();
    const reader = await readStream(client(), name);
    await reader.read(3);
    expect(reader.messages.map(({ body }) => body.length)).toEqual([5, 3_000_000, 0]);
    const { applicationProperties, properties: received, messageAnnotations } = reader.messages[0]?.decode() ?? {};
    expect(Object.fromEntries(applicationProperties ?? [])).toMatchObject(headers);
    expect(received).toMatchObject({ messageId: "id", contentType: "text/plain", correlationId: "c" });
    expect(messageAnnotations?.get("x-routing-key")).toBe(name);
  });

  test("reads from a stream queue what we write", async () => {
    const name = await stream();
    const publisher = await client().publisher(name);
    const applicationProperties = { text: "t", integer: 42, yes: true };
    const properties = { messageId: "id", contentType: "text/plain" };
    await publisher.publish([{ body: Buffer.from("a"), applicationProperties, properties }, ...messagesOf("b")]);
    const received: ConsumeMessage[] = [];
    const consuming = await model.createChannel();
    await consuming.prefetch(10);
    const onMessage = (message: ConsumeMessage | null): void => {
      if (message !== null) received.push(message);
    };
    await consuming.consume(name, onMessage, { arguments: { "x-stream-offset": "first" } });
    await until(() => received.length === 2, { what: "two messages" });
    await consuming.close();
    expect(received.map(({ content }) => content.toString())).toEqual(["a", "b"]);
    expect(received[0]?.properties).toMatchObject({ messageId: "id", contentType: "text/plain" });
    expect(received[0]?.properties.headers).toMatchObject({ ...applicationProperties, "x-stream-offset": 0 });
  });
});

/** It throws on RabbitMQ 3.10, which closes the connection when it is asked for the versions of commands. */
async function npmClient(): Promise<Client | undefined> {
  if (!isAtLeast(broker(), 3, 11)) return undefined;
  const credentials = { username: "guest", password: "guest", vhost: "/" };
  const npm = await connectStreamClient({ hostname: "127.0.0.1", port: broker().streamPort ?? 0, ...credentials });
  onTestFinished(() => npm.close());
  return npm;
}

/** 50 messages for a sub-batch. */
function subBatch(prefix: string): { content: Buffer }[] {
  return numbered(prefix, 50).map((text) => ({ content: Buffer.from(text) }));
}
