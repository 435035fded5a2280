import { RabbitError } from "@warrenmq/core";
import { uniqueName } from "@warrenmq/testing";
import { describe, expect, test } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { isAtLeast, messagesOf, numbered, readStream, streamTests } from "../support/streams.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
const { broker, client, stream } = streamTests();

describe("publishing", () => {
  test("stores messages in order, whatever their size, and resolves with the id of the first", async () => {
    const name = await stream();
    const publisher = await client().publisher(name);
    const texts = ["", "a", "b".repeat(255), "c".repeat(256), "d".repeat(100_000)];
    expect(await publisher.publish(messagesOf(...texts))).toBe(1);
    expect(await publisher.publish(messagesOf("e"))).toBe(6);
    const reader = await readStream(client(), name);
    await reader.read(6);
    expect(reader.texts()).toEqual([...texts, "e"]);
    expect(reader.messages.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("spreads a call over as many frames as it takes, and loses nothing", async () => {
    const name = await stream();
    const publisher = await client().publisher(name);
    // Two of these fill a frame of 1 MiB: the npm client truncates such a flush without a word.
    const bodies = Array.from({ length: 9 }, (_, index) => ({ body: Buffer.alloc(500_000, index) }));
    await publisher.publish(bodies);
    const reader = await readStream(client(), name);
    await reader.read(9);
    expect(reader.messages.map(({ body }) => [body.length, body[0]])).toEqual(
      bodies.map((_, index) => [500_000, index]),
    );
  });

  test("takes the largest message that fits into a frame, and refuses the next larger one before it is sent", async () => {
    const name = await stream();
    const publisher = await client().publisher(name);
    const largest = publisher.maxMessageBytes - 8; // the data section has 8 bytes before the body
    const failure = publisher.publish([{ body: Buffer.alloc(largest + 1) }]);
    await expect(failure).rejects.toMatchObject({ name: "RabbitError", code: "too-large" });
    await publisher.publish([{ body: Buffer.alloc(largest) }]);
    const reader = await readStream(client(), name);
    await reader.read(1);
    expect(reader.messages[0]?.body.length).toBe(largest);
  });

  test("keeps the order of many calls at once, and confirms each", async () => {
    const name = await stream();
    const publisher = await client().publisher(name, { maxUnconfirmedMessages: 50 });
    const texts = numbered("m", 2_000);
    await Promise.all(texts.map((text) => publisher.publish(messagesOf(text))));
    const reader = await readStream(client(), name);
    await reader.read(texts.length);
    expect(reader.texts()).toEqual(texts);
  });

  test("of no messages is done at once", async () => {
    const publisher = await client().publisher(await stream());
    expect(await publisher.publish([])).toBe(1);
  });

  test("carries properties, application properties and annotations", async () => {
    const name = await stream();
    const publisher = await client().publisher(name);
    const applicationProperties = { text: "t", integer: 42, long: 2 ** 40, float: 1.5, yes: true, nothing: null };
    const properties = { messageId: "id", contentType: "text/plain", correlationId: "c" };
    const messageAnnotations = { "x-partition": "p" };
    await publisher.publish([{ body: Buffer.from("b"), applicationProperties, properties, messageAnnotations }]);
    const reader = await readStream(client(), name);
    await reader.read(1);
    const decoded = reader.messages[0]?.decode();
    expect(Object.fromEntries(decoded?.applicationProperties ?? [])).toEqual(applicationProperties);
    expect(decoded?.properties).toEqual(properties);
    expect(Object.fromEntries(decoded?.messageAnnotations ?? [])).toEqual(messageAnnotations);
  });

  test("after close is refused; what was under way is confirmed", async () => {
    const publisher = await client().publisher(await stream());
    const publishing = inBackground(publisher.publish(messagesOf("a")));
    await publisher.close();
    expect(await publishing).toBe(1);
    await expect(publisher.publish(messagesOf("b"))).rejects.toMatchObject({ code: "destroyed" });
  });
});

describe("a publisher with a name", () => {
  test("goes on behind its last publishing id", async () => {
    const name = await stream();
    const first = await client().publisher(name, { name: "orders" });
    expect(await first.publish(messagesOf("a", "b"))).toBe(1);
    await first.close();
    const second = await client().publisher(name, { name: "orders" });
    expect(await second.publish(messagesOf("c"))).toBe(3);
    const other = await client().publisher(name, { name: "other" });
    expect(await other.publish(messagesOf("d"))).toBe(1);
  });

  test("stores a message of an id that the broker has already once", async () => {
    const name = await stream();
    const first = await client().publisher(name, { name: "orders" });
    await first.publish(messagesOf("a", "b"), { firstPublishingId: 100 });
    await first.close();
    const second = await client().publisher(name, { name: "orders" });
    expect(await second.publish(messagesOf("a", "b", "c"), { firstPublishingId: 100 })).toBe(100);
    const reader = await readStream(client(), name);
    await reader.read(3);
    expect(reader.texts()).toEqual(["a", "b", "c"]);
    expect(await client().endOffset(name)).toBe(3);
  });
});

describe("what the broker refuses", () => {
  test("a stream that does not exist", async () => {
    const name = uniqueName("missing");
    await expect(client().publisher(name)).rejects.toMatchObject({ code: "not-found" });
    await expect(client().publisher(name)).rejects.toThrow(name);
    await expect(client().deleteStream(name)).rejects.toMatchObject({ code: "not-found" });
  });

  test("a stream that exists already", async () => {
    const name = await stream();
    await expect(client().createStream(name)).rejects.toMatchObject({ code: "precondition-failed" });
  });

  test("a wrong password, at once and without showing it", async () => {
    const url = new URL(broker().streamUrl ?? "");
    url.password = "wr0ng";
    const failure = await client({ url: url.href })
      .publisher("any")
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RabbitError);
    expect(failure).toMatchObject({ code: "access-refused", retryable: false });
    expect(String(failure)).not.toContain("wr0ng");
  });

  test("a virtual host that does not exist", async () => {
    const url = `${broker().streamUrl ?? ""}/${uniqueName("vhost")}`;
    await expect(client({ url }).publisher("any")).rejects.toMatchObject({ code: "vhost-not-found" });
  });
});

test("a stream that is deleted fails what is published to it, with an error that names it", async () => {
  const name = await stream();
  const publisher = await client({ timeoutMs: 5_000 }).publisher(name);
  await publisher.publish(messagesOf("a"));
  await client().deleteStream(name);
  await expect(publisher.publish(messagesOf("b"))).rejects.toMatchObject({ code: "not-found" });
});

test("filter values need RabbitMQ 3.13, and say so", async () => {
  const name = await stream();
  const opening = client().publisher(name, { filtering: true });
  if (isAtLeast(broker(), 3, 13)) {
    const publisher = await opening;
    expect(await publisher.publish([{ body: Buffer.from("a"), filterValue: "red" }])).toBe(1);
  } else {
    await expect(opening).rejects.toMatchObject({ code: "unsupported" });
  }
  const without = await client().publisher(name);
  const failure = without.publish([{ body: Buffer.from("a"), filterValue: "red" }]);
  await expect(failure).rejects.toMatchObject({ code: "unsupported" });
});
