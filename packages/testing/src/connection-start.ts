import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Socket } from "node:net";

/** A TCP address that a broker may listen on. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
}

/** What a broker says about itself in AMQP's Connection.Start. */
export interface ConnectionStart {
  /** The full version, `"3.10.8"` say. */
  readonly version: string;
  /** By default the name of the node that founded the cluster. */
  readonly clusterName: string;
}

const PROTOCOL_HEADER = Buffer.from("AMQP\0\0\x09\x01", "latin1");
/** Frame header: type 1, channel 2, size 4; then class 2, method 2, version-major 1, version-minor 1. */
const PROPERTIES_OFFSET = 7 + 6;

/**
 * Opens an AMQP connection up to the broker's Connection.Start and hangs up: the cheapest proof that a broker takes connections.
 * Rejects when the connection fails, when something else than RabbitMQ answers, or after `timeoutMs`.
 */
export function connectionStart(address: BrokerAddress, timeoutMs: number): Promise<ConnectionStart> {
  return new Promise((resolve, reject) => {
    const socket = dial(address);
    let received: Buffer = Buffer.alloc(0);
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer within ${timeoutMs} ms`)));
    socket.on("error", fail);
    socket.on("close", () => fail(new Error("the connection was closed during the handshake")));
    socket.on(address.tls === true ? "secureConnect" : "connect", () => socket.write(PROTOCOL_HEADER));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      try {
        const start = parseConnectionStart(received);
        if (start === undefined) return;
        resolve(start);
        socket.destroy();
      } catch (cause) {
        fail(new Error("the answer is not AMQP 0-9-1", { cause }));
      }
    });
  });
}

function dial({ host, port, tls }: BrokerAddress): Socket {
  // The certificate does not matter here: nothing secret is sent.
  return tls === true ? connectTls({ host, port, rejectUnauthorized: false }) : connectTcp({ host, port });
}

/** Reads the frame Connection.Start; `undefined` while it is incomplete. Throws when it is another frame. */
export function parseConnectionStart(bytes: Buffer): ConnectionStart | undefined {
  if (bytes.length < 7) return undefined;
  const size = bytes.readUInt32BE(3);
  if (bytes.readUInt8(0) !== 1 || size > 65_536) throw new Error("not a method frame");
  if (bytes.length < 7 + size) return undefined;
  if (bytes.readUInt16BE(7) !== 10 || bytes.readUInt16BE(9) !== 10) throw new Error("not Connection.Start");
  const properties = readStrings(bytes, PROPERTIES_OFFSET);
  return { version: properties.get("version") ?? "unknown", clusterName: properties.get("cluster_name") ?? "" };
}

/** The string values of a field table; others are skipped. */
function readStrings(bytes: Buffer, offset: number): Map<string, string> {
  const strings = new Map<string, string>();
  let at = offset + 4;
  const end = at + bytes.readUInt32BE(offset);
  while (at < end) {
    const keyEnd = at + 1 + bytes.readUInt8(at);
    const key = bytes.toString("utf8", at + 1, keyEnd);
    const type = String.fromCharCode(bytes.readUInt8(keyEnd));
    const length = valueLength(bytes, type, keyEnd + 1);
    if (type === "S") strings.set(key, bytes.toString("utf8", keyEnd + 5, keyEnd + 1 + length));
    at = keyEnd + 1 + length;
  }
  return strings;
}

/** Server properties hold only these field types. */
function valueLength(bytes: Buffer, type: string, at: number): number {
  if (type === "S" || type === "F" || type === "A") return 4 + bytes.readUInt32BE(at);
  if (type === "t") return 1;
  if (type === "I") return 4;
  throw new Error(`unexpected field type '${type}' in the server properties`);
}
