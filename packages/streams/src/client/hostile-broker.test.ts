import { RabbitError } from "@warrenmq/core/internal";
import * as fc from "fast-check";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Command } from "../protocol/command.ts";
import { ResponseCode } from "../protocol/response-code.ts";
import { buildChunk, gzipped } from "../protocol/build-chunk.test.helper.ts";
import type { TestChunk } from "../protocol/build-chunk.test.helper.ts";
import { ScriptedBroker } from "./scripted-broker.test.helper.ts";
import type { Script, ScriptedRequest } from "./scripted-broker.test.helper.ts";
import { StreamClient } from "./stream-client.ts";
import type { StreamClientOptions } from "../connection/options.ts";

const disposables: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposables.splice(0).toReversed()) await dispose();
});

function clientOf(url: string, options: Partial<StreamClientOptions> = {}): StreamClient {
  const client = new StreamClient({ url, timeoutMs: 150, ...options });
  disposables.push(() => client.close());
  return client;
}

async function scripted(script: Script, options?: Partial<StreamClientOptions>): Promise<StreamClient> {
  const broker = await ScriptedBroker.start(script);
  disposables.push(() => broker[Symbol.asyncDispose]());
  return clientOf(broker.url, { timeoutMs: 2_000, ...options }); // the machine may be busy
}

/** A server that answers each connection with these bytes. */
async function serverOf(bytes: Buffer): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.write(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  disposables.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `rabbitmq-stream://127.0.0.1:${address.port}`;
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail("no error"),
    (error: unknown) => error,
  );
}

const MESSAGE = { body: Buffer.from("body") };
/** `text` as a data section. */
function record(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x00, 0x53, 0x75, 0xa0, text.length]), Buffer.from(text)]);
}

function deliver({ send }: ScriptedRequest, chunk: Buffer): void {
  send(Command.deliver, (writer) => writer.uint8(0).raw(chunk));
}

function chunkOf(texts: readonly string[], chunkId = 0): TestChunk {
  return { chunkId, entries: texts.map(record) };
}

/** Reads until `count` messages are there or the consumer ends. */
async function read(client: StreamClient, count: number): Promise<{ texts: string[]; reason: Error | undefined }> {
  const texts: string[] = [];
  let reason: Error | undefined;
  await new Promise<void>((resolve) => {
    const onEnd = (error: Error): void => {
      reason = error;
      resolve();
    };
    const opening = client.consumer("stream", {
      offset: { type: "first" },
      onChunk: ({ messages }) => {
        texts.push(...messages.map(({ body }) => body.toString()));
        if (texts.length >= count) resolve();
      },
      onEnd,
    });
    opening.catch(onEnd);
  });
  return { texts, reason };
}

describe("a server that is no broker is an error within the time limit", () => {
  it.each([
    ["says nothing", ""],
    ["speaks HTTP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n").toString("hex")],
    ["claims an endless frame", "ffffffff80110001"],
    ["claims a frame of nothing", "0000000000000000"],
    ["answers with half a response", "0000000a801100010000000100"],
    ["answers with two thousand million properties", "0000000e801100010000000100017fffffff"],
    ["says good-bye at once", "0000000e00160001000000010001000200004f4b"],
    ["sends zeros", "00".repeat(70_000)],
    ["sends noise", "f7".repeat(70_000)],
  ])("that %s", async (_what, hex) => {
    const startMs = performance.now();
    const error = await errorOf(clientOf(await serverOf(Buffer.from(hex, "hex"))).metadata(["any"]));
    expect(performance.now() - startMs).toBeLessThan(1_000);
    expect(error).toBeInstanceOf(RabbitError);
  });
});

describe("after the handshake", () => {
  it("any bytes end the connection or do nothing, and never the process", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (bytes) => {
        const client = await scripted(({ command, socket }) => {
          if (command === Command.publish) socket.write(bytes);
        });
        const publisher = await client.publisher("stream");
        const error = await errorOf(publisher.publish([MESSAGE], { deadline: performance.now() + 10 }));
        expect(error).toBeInstanceOf(RabbitError);
      }),
      { numRuns: 10 },
    );
  });

  it("confirms of messages that nobody sent are of no consequence", async () => {
    const client = await scripted(({ command, send }) => {
      if (command !== Command.publish) return;
      for (const id of [0, 99, 1]) send(Command.publishConfirm, (writer) => writer.uint8(0).uint32(1).int64(id));
      send(Command.publishConfirm, (writer) => writer.uint8(77).uint32(1).int64(1));
    });
    const publisher = await client.publisher("stream");
    expect(await publisher.publish([MESSAGE])).toBe(1);
  });

  it("messages that the broker refuses are named", async () => {
    const client = await scripted(({ command, send }) => {
      if (command !== Command.publish) return;
      send(Command.publishConfirm, (writer) => writer.uint8(0).uint32(1).int64(1));
      send(Command.publishError, (writer) => writer.uint8(0).uint32(1).int64(2).uint16(ResponseCode.internalError));
    });
    const publisher = await client.publisher("stream");
    expect(await errorOf(publisher.publish([MESSAGE, MESSAGE]))).toMatchObject({
      code: "publish-nacked",
      refused: [{ index: 1, publishingId: 2, responseCode: ResponseCode.internalError }],
    });
  });

  it("a publisher that the broker drops is declared again, and sends again what is not confirmed", async () => {
    let declared = 0;
    const client = await scripted(({ command, send }) => {
      if (command === Command.declarePublisher) declared++;
      if (command !== Command.publish) return;
      if (declared === 1) {
        send(Command.metadataUpdate, (writer) => writer.uint16(ResponseCode.streamNotAvailable).string("stream"));
        return;
      }
      send(Command.publishConfirm, (writer) => writer.uint8(0).uint32(1).int64(1));
    });
    const publisher = await client.publisher("stream");
    expect(await publisher.publish([MESSAGE])).toBe(1);
    expect(declared).toBe(2);
  });
});

describe("a chunk", () => {
  it("that was damaged on its way is read again, without a gap or a repetition", async () => {
    let subscribed = 0;
    const client = await scripted((request) => {
      if (request.command !== Command.subscribe) return;
      subscribed++;
      setImmediate(() => {
        const damaged = buildChunk(chunkOf(["c"], 2));
        damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 0xff, damaged.length - 1);
        deliver(request, buildChunk(chunkOf(["a", "b"])));
        deliver(request, subscribed === 1 ? damaged : buildChunk(chunkOf(["c"], 2)));
      });
    });
    expect(await read(client, 3)).toEqual({ texts: ["a", "b", "c"], reason: undefined });
  });

  it("that is damaged again ends the consumer", async () => {
    const client = await scripted((request) => {
      if (request.command === Command.subscribe) setImmediate(() => deliver(request, Buffer.alloc(60, 0x50)));
    });
    const { texts, reason } = await read(client, 1);
    expect(texts).toEqual([]);
    expect(reason).toMatchObject({ name: "ProtocolError" });
  });

  it("in a compression that Node does not have ends the consumer, with an error that names it", async () => {
    const entries = [record("a"), { records: [record("b")], compression: 2 }];
    const client = await scripted((request) => {
      if (request.command === Command.subscribe)
        setImmediate(() => deliver(request, buildChunk({ chunkId: 0, entries })));
    });
    const { reason } = await read(client, 1);
    expect(reason).toMatchObject({ name: "UnsupportedCompressionError", compression: "snappy" });
  });

  it("that unpacks to more than allowed ends the consumer", async () => {
    const bomb = buildChunk({ chunkId: 0, entries: [gzipped([Buffer.alloc(2_000_000)])] });
    const script: Script = (request) => {
      if (request.command === Command.subscribe) setImmediate(() => deliver(request, bomb));
    };
    const { reason } = await read(await scripted(script, { maxChunkBytes: 1_000_000 }), 1);
    expect(reason?.message).toMatch(/more than/);
  });
});

it("a broker that falls silent is given up after two heartbeats", { timeout: 10_000 }, async () => {
  let subscribed = 0;
  const client = await scripted(
    (request) => {
      if (request.command !== Command.subscribe) return;
      subscribed++;
      if (subscribed === 2) setImmediate(() => deliver(request, buildChunk(chunkOf(["a"]))));
    },
    { heartbeatSeconds: 1 },
  );
  expect((await read(client, 1)).texts).toEqual(["a"]);
});
