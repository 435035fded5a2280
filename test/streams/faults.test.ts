import { fileURLToPath } from "node:url";
import { RabbitError } from "@warrenmq/core";
import type { StreamClient, StreamPublisher } from "@warrenmq/streams";
import { startProxy, until } from "@warrenmq/testing";
import type { Proxy } from "@warrenmq/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { messagesOf, numbered, readStream, streamTests } from "../support/streams.ts";
import { seededRandom } from "../support/random.ts";
import { temporaryFile } from "../support/temporary-file.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { runNode } from "../third-party/run-node.ts";

expectNoUnhandledRejection();
const { broker, url, client, stream } = streamTests({ tls: true });

let proxy: Proxy;
beforeEach(async () => {
  proxy = await startProxy({ target: url() });
});
afterEach(() => proxy.stop());

/** A client whose every connection goes through the proxy. */
function proxied(options: { timeoutMs?: number } = {}): StreamClient {
  const addressResolver = { host: "127.0.0.1", port: proxy.port };
  return client({ url: proxy.url, addressResolver, heartbeatSeconds: 1, timeoutMs: 20_000, ...options });
}

/** Publishes texts in small batches, several at once, and resolves when all are confirmed. */
async function publishAll(publisher: StreamPublisher, texts: readonly string[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(texts.length / 10) }, (_, index) =>
    texts.slice(index * 10, index * 10 + 10),
  );
  for (let start = 0; start < batches.length; start += 5) {
    const several = batches.slice(start, start + 5);
    await Promise.all(several.map((batch) => publisher.publish(messagesOf(...batch))));
  }
}

/** Cuts all connections at random places until the returned function is called, which tells how often. */
function cutAgainAndAgain(direction: "toBroker" | "toClient", mostBytes: number): () => number {
  const random = seededRandom("stream cuts");
  const over = new AbortController();
  const cut = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const { cuts } = proxy;
      proxy.cutAfter({ [direction]: 200 + Math.floor(random() * mostBytes) });
      await until(() => over.signal.aborted || proxy.cuts > cuts, { what: "the cut", timeoutMs: 60_000 });
    }
  };
  void cut();
  return () => {
    over.abort();
    return proxy.cuts;
  };
}

describe("while its connection is cut again and again", () => {
  test.each([
    ["toBroker", 30_000],
    ["toClient", 1_500],
  ] as const)(
    "a publisher with a name stores every message once and in order (%s)",
    { timeout: 60_000 },
    async (direction, mostBytes) => {
      const name = await stream();
      const publisher = await proxied().publisher(name, { name: "faults" });
      const texts = numbered("m", 3_000);
      const stop = cutAgainAndAgain(direction, mostBytes);
      await publishAll(publisher, texts);
      expect(stop()).toBeGreaterThan(2);
      const reader = await readStream(client(), name);
      await reader.read(texts.length);
      expect(reader.texts()).toEqual(texts);
      expect(await client().endOffset(name)).toBe(texts.length);
    },
  );

  test("a publisher without a name loses nothing", { timeout: 60_000 }, async () => {
    const name = await stream();
    const publisher = await proxied().publisher(name);
    const texts = numbered("m", 3_000);
    const stop = cutAgainAndAgain("toClient", 1_500);
    await publishAll(publisher, texts);
    expect(stop()).toBeGreaterThan(2);
    const end = await client().endOffset(name);
    const reader = await readStream(client(), name);
    await reader.read(end);
    expect([...new Set(reader.texts())].toSorted()).toEqual(texts.toSorted());
  });

  test("a consumer reads every message once and in order", { timeout: 60_000 }, async () => {
    const name = await stream();
    const texts = numbered("m".repeat(50), 5_000);
    await publishAll(await client().publisher(name), texts);
    const stop = cutAgainAndAgain("toClient", 30_000);
    const reader = await readStream(proxied(), name, { credit: 2 });
    await reader.read(texts.length);
    expect(stop()).toBeGreaterThan(2);
    expect(reader.texts()).toEqual(texts);
  });

  test("a consumer that waits at the end misses nothing", { timeout: 60_000 }, async () => {
    const name = await stream();
    const publisher = await client().publisher(name);
    await publisher.publish(messagesOf("before"));
    const reader = await readStream(proxied(), name, { offset: { type: "next" } });
    // Lost before anything was read: what is published before it is back must not be passed over.
    proxy.refuse();
    proxy.cut();
    await publisher.publish(messagesOf("meanwhile"));
    await proxy.accept();
    await reader.read(1);
    expect(reader.texts()).toEqual(["meanwhile"]);
  });
});

describe("a broker that says nothing", () => {
  test("fails a publish at its deadline, and the next one after the fault works", async () => {
    const publisher = await proxied({ timeoutMs: 1_000 }).publisher(await stream());
    proxy.swallow({ toClient: true });
    const startMs = performance.now();
    const failure = await publisher.publish(messagesOf("a")).catch((error: unknown) => error);
    expect(performance.now() - startMs).toBeLessThan(1_500);
    expect(failure).toBeInstanceOf(RabbitError);
    expect(failure).toMatchObject({ code: "confirm-timeout", retryable: true });
    await proxy.restore();
    await until(
      () =>
        publisher.publish(messagesOf("b")).then(
          () => true,
          () => false,
        ),
      { what: "a confirm", timeoutMs: 10_000 },
    );
  });

  test("is noticed by its missing heartbeats: a consumer goes on over another connection", async () => {
    const name = await stream();
    const reader = await readStream(proxied(), name);
    const publisher = await client().publisher(name);
    await publisher.publish(messagesOf("a"));
    await reader.read(1);
    proxy.halfOpen();
    await publisher.publish(messagesOf("b"));
    const before = proxy.connections;
    await until(() => proxy.connections > before, { what: "a new connection", timeoutMs: 10_000 });
    await proxy.restore();
    await reader.read(2);
    expect(reader.texts()).toEqual(["a", "b"]);
  });

  test("keeps an idle connection with heartbeats", async () => {
    const name = await stream();
    const reader = await readStream(proxied(), name);
    const before = proxy.connections;
    const bytes = proxy.bytesToBroker;
    await until(() => proxy.bytesToBroker >= bytes + 8 * 8, { what: "heartbeats", timeoutMs: 20_000 });
    expect(proxy.connections).toBe(before);
    expect(reader.messages).toEqual([]);
  });
});

test("a port on which nobody listens is an error that names it, within the time limit", async () => {
  await proxy.stop();
  const startMs = performance.now();
  const failure = await proxied({ timeoutMs: 800 })
    .publisher("any")
    .catch((error: unknown) => error);
  expect(performance.now() - startMs).toBeLessThan(1_500);
  expect(failure).toMatchObject({ code: "connection-failed" });
  expect(String(failure)).toContain(`127.0.0.1:${proxy.port}`);
  expect(String(failure)).toContain("rabbitmq_stream");
  expect(String(failure)).not.toContain("guest");
});

test(
  "a broker that comes back is used again by those who were there, and has what it confirmed",
  { timeout: 60_000 },
  async () => {
    const name = await stream();
    const publisher = await client({ timeoutMs: 40_000 }).publisher(name, { name: "restart" });
    const reader = await readStream(client(), name);
    await publisher.publish(messagesOf("a"));
    await reader.read(1);
    const [, confirmed] = await Promise.all([broker().restart(), publisher.publish(messagesOf("b"))]);
    expect(confirmed).toBe(2);
    await publisher.publish(messagesOf("c"));
    await reader.read(3);
    expect(reader.texts()).toEqual(["a", "b", "c"]);
  },
);

test("TLS verifies the certificate, and works with the right authority", async () => {
  const { streamUrl = "", ca = "" } = broker().tls ?? {};
  await expect(client({ url: streamUrl, timeoutMs: 1_000 }).metadata(["any"])).rejects.toThrow(/certificate/i);
  const name = await stream();
  const secure = client({ url: streamUrl, tls: { ca } });
  const publisher = await secure.publisher(name);
  const texts = numbered("m".repeat(200), 5_000);
  await publishAll(publisher, texts);
  const reader = await readStream(secure, name);
  await reader.read(texts.length);
  expect(reader.texts()).toEqual(texts);
});

test("TLS takes the authority that the URL's query names, and none that cannot be read", async () => {
  const { streamUrl = "", ca = "" } = broker().tls ?? {};
  const file = await temporaryFile("ca.pem", ca);
  const at = (query: string): Promise<unknown> => client({ url: `${streamUrl}?${query}`, timeoutMs: 2_000 }).connect();
  await expect(at(`cacertfile=${encodeURIComponent(file)}`)).resolves.toMatch(/^\d/);
  await expect(at("verify=verify_none")).resolves.toMatch(/^\d/);
  await expect(at("cacertfile=/nowhere/ca.pem")).rejects.toThrow(/ENOENT.*ca\.pem/);
  const otherName = `cacertfile=${encodeURIComponent(file)}&server_name_indication=example.org`;
  await expect(at(otherName)).rejects.toMatchObject({ code: "connection-failed" });
});

describe("a process ends by itself", () => {
  test.each(["publish", "consume"])("after its work is done, without close(): %s", async (work) => {
    const name = await stream();
    const fixture = fileURLToPath(new URL("fixtures/stream-process.mjs", import.meta.url));
    const { stdout, stderr, exitCode, lingeredMs } = await runNode([fixture, work, url(), name]);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: "done\n", stderr: "", exitCode: 0 });
    expect(lingeredMs).toBeLessThan(2_000);
  });
});
