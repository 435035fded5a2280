import { ProtocolError } from "../bytes/protocol-error.ts";
import { decodeMessage } from "./decode-message.ts";
import type { DecodedMessage } from "./decode-message.ts";

/** A small body: 00 53 75 a0 length; a larger one: 00 53 75 b0 and four bytes of length. */
const SMALL_DATA = 0x00_53_75_a0;
const LARGE_DATA = 0x00_53_75_b0;

/** A message of a stream. Decoded when it is looked at: what nobody reads costs nothing. */
export class ReceivedMessage {
  /** Its place in the stream: unique, rising by one from message to message. */
  readonly offset: number;
  /** The AMQP 1.0 message as it was published. Part of a larger buffer: copy what is to be kept for long. */
  readonly bytes: Buffer;

  constructor(offset: number, bytes: Buffer) {
    this.offset = offset;
    this.bytes = bytes;
  }

  /**
   * The body: the data sections, joined, or the bytes or text of an `amqp-value` section. Part of a larger buffer.
   * @throws ProtocolError when the message is malformed, or its body is another value: {@link ReceivedMessage.decode} shows it.
   */
  get body(): Buffer {
    return onlyDataSection(this.bytes) ?? bodyOf(this.decode(), this.offset);
  }

  /** All sections. @throws ProtocolError when the message is malformed. */
  decode(): DecodedMessage {
    return decodeMessage(this.bytes);
  }
}

/** Most messages are one data section: no need to decode anything. */
function onlyDataSection(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 5) return undefined;
  const head = bytes.readUInt32BE(0);
  if (head === SMALL_DATA && bytes[4] === bytes.length - 5) return bytes.subarray(5);
  if (head !== LARGE_DATA || bytes.length < 8 || bytes.readUInt32BE(4) !== bytes.length - 8) return undefined;
  return bytes.subarray(8);
}

function bodyOf({ data, value }: DecodedMessage, offset: number): Buffer {
  if (data !== undefined) return data;
  if (typeof value === "string") return Buffer.from(value);
  if (Buffer.isBuffer(value)) return value;
  throw new ProtocolError(`The body of the message at offset ${offset} is neither bytes nor text.`);
}
