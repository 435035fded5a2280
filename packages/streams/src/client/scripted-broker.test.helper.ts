import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { Command, RESPONSE_BIT } from "../protocol/command.ts";
import { FrameSplitter } from "../protocol/frame-splitter.ts";

/** A request as it came: behind the correlation id, if its command has one. */
export interface ScriptedRequest {
  readonly command: number;
  readonly body: ByteReader;
  /** Sends a frame of this key, version 1, with what `write` writes. */
  readonly send: (key: number, write: (writer: ByteWriter) => unknown) => void;
  readonly socket: Socket;
}

/** What to do about a command beyond the usual. Return `true` to leave the usual out. */
export type Script = (request: ScriptedRequest) => boolean | void;

/**
 * Answers the handshake and every request as RabbitMQ does when all is well, and besides does what a real broker would not: for faults that
 * cannot be had from one.
 */
export class ScriptedBroker implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(port: number, server: Server, sockets: Set<Socket>) {
    this.port = port;
    this.#server = server;
    this.#sockets = sockets;
  }

  get url(): string {
    return `rabbitmq-stream://127.0.0.1:${this.port}`;
  }

  static async start(script: Script): Promise<ScriptedBroker> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      const splitter = new FrameSplitter({ chunkBytes: 1e6, commandBytes: 1e7 });
      socket.on("data", (bytes) => splitter.push(bytes, (frame) => answer(socket, frame, script)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    return new ScriptedBroker(address.port, server, sockets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const ONE_WAY: ReadonlySet<number> = new Set([Command.publish, Command.credit, Command.heartbeat, Command.tune]);

function answer(socket: Socket, frame: Buffer, script: Script): void {
  const body = new ByteReader(frame);
  const command = body.uint16() & ~RESPONSE_BIT;
  body.uint16();
  const correlationId = ONE_WAY.has(command) ? 0 : body.uint32();
  const send = (key: number, write: (writer: ByteWriter) => unknown): void => {
    const writer = new ByteWriter().uint32(0).uint16(key).uint16(1);
    write(writer);
    socket.write(writer.setUint32(writer.length - 4, 0).toBuffer());
  };
  if (script({ command, body, send, socket }) === true || ONE_WAY.has(command)) return;
  const port = socket.localPort ?? 0;
  send(command | RESPONSE_BIT, (writer) => writeAnswer(writer.uint32(correlationId), command, body, port));
  if (command === Command.saslAuthenticate) send(Command.tune, (writer) => writer.uint32(1_048_576).uint32(60));
}

function writeAnswer(writer: ByteWriter, command: number, body: ByteReader, port: number): void {
  if (command === Command.metadata) {
    body.uint32();
    const stream = body.string();
    writer.uint32(1).uint16(0).string("127.0.0.1").uint32(port);
    writer.uint32(1).string(stream).uint16(1).uint16(0).uint32(0);
    return;
  }
  writer.uint16(1);
  if (command === Command.peerProperties) writer.map({ version: "4.3.6" });
  if (command === Command.saslHandshake) writer.uint32(1).string("PLAIN");
  if (command === Command.open) writer.map({ advertised_host: "127.0.0.1", advertised_port: String(port) });
  if (command === Command.exchangeCommandVersions) writer.uint32(1).uint16(Command.publish).uint16(1).uint16(2);
}
