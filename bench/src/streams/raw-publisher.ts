import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { ConfirmCount } from "./confirm-count.ts";

/**
 * Frames that were encoded beforehand, on a socket: nothing in Node publishes faster. Written without our package, so that it owes it
 * nothing: https://github.com/rabbitmq/rabbitmq-server/blob/main/deps/rabbitmq_stream/docs/PROTOCOL.adoc
 */
export interface RawPublisher extends AsyncDisposable {
  /** Writes the one batch that was encoded, and resolves when it is confirmed. */
  publish(): Promise<void>;
}

const CONFIRM = 3;
const TUNE = 20;

/** Connects as guest and declares a publisher. */
export async function openRawPublisher(port: number, stream: string, bodies: readonly Buffer[]): Promise<RawPublisher> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  const confirms = new ConfirmCount();
  await shakeHands(socket, stream);
  splitFrames(socket, (answer) => {
    if (answer.readUInt16BE(0) === CONFIRM) confirms.confirmed(answer.readUInt32BE(5));
  });
  const batch = publishFrame(bodies);
  return {
    publish: () => {
      socket.write(batch);
      return confirms.sent(bodies.length);
    },
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await once(socket, "close");
    },
  };
}

/** Peer properties, SASL PLAIN, tune, open, declare publisher 0: each when the last one is answered. */
async function shakeHands(socket: Socket, stream: string): Promise<void> {
  const login = Buffer.from("\0guest\0guest");
  const steps: [key: number, body: Buffer][] = [
    [17, uint32(0)],
    [18, Buffer.alloc(0)],
    [19, Buffer.concat([text("PLAIN"), uint32(login.length), login])],
    [21, text("/")],
    [1, Buffer.concat([Buffer.from([0]), text(""), text(stream)])],
  ];
  for (const [key, body] of steps) {
    const answered = nextFrames(socket, key === 19 ? 2 : 1);
    socket.write(frame(key, Buffer.concat([uint32(key), body])));
    const tune = (await answered).find((answer) => answer.readUInt16BE(0) === TUNE);
    if (tune !== undefined) socket.write(frame(TUNE | 0x8000, tune.subarray(4)));
  }
}

/** The next frames; their number is known in each step. */
function nextFrames(socket: Socket, count: number): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  return new Promise((resolve) => {
    const stop = splitFrames(socket, (answer) => {
      frames.push(answer);
      if (frames.length < count) return;
      stop();
      resolve(frames);
    });
  });
}

function splitFrames(socket: Socket, onFrame: (frame: Buffer) => void): () => void {
  let rest: Buffer = Buffer.alloc(0);
  const onData = (bytes: Buffer): void => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      const whole = rest.subarray(4, end);
      rest = rest.subarray(end);
      onFrame(whole);
    }
  };
  socket.on("data", onData);
  return () => socket.off("data", onData);
}

/** The same publishing ids every time: a publisher without a name may use them again. */
function publishFrame(bodies: readonly Buffer[]): Buffer {
  const entries = bodies.flatMap((body, index) => {
    const message = Buffer.concat([Buffer.from([0x00, 0x53, 0x75, 0xb0]), uint32(body.length), body]);
    return [uint32(0), uint32(index), uint32(message.length), message];
  });
  return frame(2, Buffer.concat([Buffer.from([0]), uint32(bodies.length), ...entries]));
}

function frame(key: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 4, 0);
  head.writeUInt16BE(key, 4);
  head.writeUInt16BE(1, 6);
  return Buffer.concat([head, body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length, 0);
  return Buffer.concat([length, Buffer.from(value)]);
}
