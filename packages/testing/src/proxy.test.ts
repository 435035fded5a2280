import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "./free-port.ts";
import { startProxy } from "./proxy.ts";
import type { Proxy } from "./proxy.ts";
import { until } from "./until.ts";

interface Peer {
  readonly socket: Socket;
  received: string;
  ended: boolean;
  closed: boolean;
  error: string | undefined;
}

function watch(socket: Socket): Peer {
  const peer: Peer = { socket, received: "", ended: false, closed: false, error: undefined };
  socket.on("data", (chunk: Buffer) => (peer.received += chunk.toString()));
  socket.on("end", () => (peer.ended = true));
  socket.on("error", (error: NodeJS.ErrnoException) => (peer.error = error.code ?? error.message));
  socket.on("close", () => (peer.closed = true));
  return peer;
}

describe("a proxy", () => {
  let server: Server;
  let accepted: Peer[];
  let proxy: Proxy;

  beforeEach(async () => {
    accepted = [];
    server = createServer((socket) => accepted.push(watch(socket)));
    const port = await freePort();
    const listening = new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    await listening;
    proxy = await startProxy({ target: { host: "127.0.0.1", port } });
  });

  afterEach(async () => {
    await proxy.stop();
    server.close();
  });

  async function open(): Promise<{ client: Peer; broker: Peer }> {
    const before = accepted.length;
    const client = watch(connect(proxy.port, "127.0.0.1"));
    const broker = await until(() => accepted[before], { what: "the proxy to connect" });
    return { client, broker };
  }

  test("carries bytes both ways, counts them, and passes on the end of a stream", async () => {
    const { client, broker } = await open();
    client.socket.write("hello");
    await until(() => broker.received === "hello", { what: "bytes to the broker" });
    broker.socket.write("hi");
    await until(() => client.received === "hi", { what: "bytes to the client" });
    client.socket.end();
    await until(() => client.closed && broker.closed, { what: "both ends to close" });
    expect([client.error, broker.error]).toEqual([undefined, undefined]);
    expect([proxy.bytesToBroker, proxy.bytesToClient, proxy.connections]).toEqual([5, 2, 1]);
    await until(() => proxy.openConnections === 0, { what: "the proxy to forget the connection" });
  });

  test("cut() resets both ends of every connection, and new connections are accepted", async () => {
    const first = await open();
    const second = await open();
    proxy.cut();
    const ends = [first.client, first.broker, second.client, second.broker];
    await until(() => ends.every(({ closed }) => closed), { what: "all ends to close" });
    expect(ends.map(({ error }) => error)).toEqual(["ECONNRESET", "ECONNRESET", "ECONNRESET", "ECONNRESET"]);
    const third = await open();
    third.client.socket.write("again");
    await until(() => third.broker.received === "again", { what: "bytes after the cut" });
  });

  test("cutAfter({ toBroker }) lets exactly that many bytes through, once", async () => {
    const first = await open();
    first.client.socket.write("abc");
    await until(() => first.broker.received === "abc", { what: "bytes before the fault" });
    proxy.cutAfter({ toBroker: 4 });
    first.client.socket.write("12");
    first.client.socket.write("3456789");
    await until(() => first.client.closed && first.broker.closed, { what: "the cut" });
    expect(first.broker.received).toBe("abc1234");
    expect(proxy.cuts).toBe(1);
    const second = await open();
    second.client.socket.write("123456789");
    await until(() => second.broker.received === "123456789", { what: "bytes after the cut" });
  });

  test("cutAfter({ toClient }) counts the broker's bytes only", async () => {
    proxy.cutAfter({ toClient: 3 });
    const { client, broker } = await open();
    client.socket.write("12345");
    await until(() => broker.received === "12345", { what: "bytes to the broker" });
    broker.socket.write("abcdef");
    await until(() => client.closed, { what: "the cut" });
    expect(client.received).toBe("abc");
  });

  test("delay() holds bytes back in their order", async () => {
    const { client, broker } = await open();
    proxy.delay({ toBrokerMs: 80 });
    const startedMs = performance.now();
    client.socket.write("1");
    await until(() => proxy.bytesToBroker === 1, { what: "the first byte" });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(79);
    client.socket.write("2");
    proxy.delay({});
    broker.socket.write("x");
    await until(() => client.received === "x", { what: "the undelayed direction" });
    await until(() => broker.received === "12", { what: "both bytes in order" });
  });

  test("halfOpen() stops everything without closing, and restore() lets go of what waited", async () => {
    const { client, broker } = await open();
    proxy.halfOpen();
    client.socket.write("lost?");
    client.socket.end();
    const later = await open();
    later.broker.socket.write("hello");
    // A second proxy shows that time enough has passed for bytes to travel.
    await using open2 = await startProxy({ target: { host: "127.0.0.1", port: proxy.port } });
    const probe = connect(open2.port, "127.0.0.1");
    probe.write("probe");
    await until(() => open2.bytesToBroker === 5, { what: "bytes through another proxy" });
    expect([broker.received, broker.ended, later.client.received, proxy.bytesToBroker]).toEqual(["", false, "", 0]);
    await proxy.restore();
    await until(() => broker.received === "lost?" && broker.ended, { what: "what waited" });
    await until(() => later.client.received === "hello", { what: "what waited on the other connection" });
    probe.destroy();
  });

  test("swallow({ toClient: true }) loses the broker's bytes while the client's flow", async () => {
    const { client, broker } = await open();
    proxy.swallow({ toClient: true });
    broker.socket.write("confirm");
    client.socket.write("publish");
    await until(() => broker.received === "publish", { what: "bytes to the broker" });
    await until(() => proxy.bytesSwallowed === 7, { what: "the confirm to be lost" });
    proxy.swallow({});
    broker.socket.write("later");
    await until(() => client.received !== "", { what: "bytes after the fault" });
    expect(client.received).toBe("later");
    expect(client.closed).toBe(false);
  });

  test("swallowAfter({ toClient }) lets exactly that many of the broker's bytes through, and no end of the connection", async () => {
    const { client, broker } = await open();
    proxy.swallowAfter({ toClient: 5 });
    broker.socket.write("abc");
    await until(() => client.received === "abc", { what: "the first bytes" });
    broker.socket.write("defghi");
    client.socket.write("up");
    await until(() => broker.received === "up" && proxy.bytesSwallowed === 4, { what: "the rest to be swallowed" });
    expect(client).toMatchObject({ received: "abcde", ended: false, closed: false });
  });

  test("refuse() refuses new connections and keeps open ones, until accept()", async () => {
    const { client, broker } = await open();
    proxy.refuse();
    const refused = watch(connect(proxy.port, "127.0.0.1"));
    await until(() => refused.closed, { what: "the refusal" });
    expect(refused.error).toBe("ECONNREFUSED");
    client.socket.write("still");
    await until(() => broker.received === "still", { what: "the open connection" });
    await proxy.accept();
    await open();
  });

  test("resets a client when the target does not listen", async () => {
    server.close();
    for (const { socket } of accepted) socket.destroy();
    const client = watch(connect(proxy.port, "127.0.0.1"));
    await until(() => client.closed, { what: "the client to be closed" });
    expect(client.error).toBe("ECONNRESET");
  });

  test("more bytes than any buffer pass unharmed", async () => {
    const { client, broker } = await open();
    const block = "0123456789".repeat(100_000);
    for (let sent = 0; sent < 8; sent++) client.socket.write(block);
    await until(() => broker.received.length === 8 * block.length, { what: "eight million bytes" });
    expect(broker.received === block.repeat(8)).toBe(true);
  });
});
