import { writeUint32 } from "../bytes/write-uint32.ts";

/** Where the binary of a data section begins: described type 0x75. */
const DATA_SECTION = [0x00, 0x53, 0x75] as const;
const BINARY_8 = 0xa0;
const BINARY_32 = 0xb0;
const SMALL_DATA_HEAD = 5;
const LARGE_DATA_HEAD = 8;
const LONGEST_SMALL = 0xff;

/** A message that is ready to be copied into a frame: an AMQP 1.0 message of some sections and one data section. */
export interface PreparedMessage {
  /** The encoded sections before the body. */
  readonly head: Uint8Array;
  /** The body, as it is. */
  readonly body: Uint8Array;
  /** For the broker's bloom filter. */
  readonly filterValue: Buffer | undefined;
}

/** What the message takes when it is encoded. */
export function messageBytes({ head, body }: PreparedMessage): number {
  return head.length + (body.length > LONGEST_SMALL ? LARGE_DATA_HEAD : SMALL_DATA_HEAD) + body.length;
}

/** Encodes the message. Returns where it ends. */
export function writeMessage(target: Uint8Array, start: number, { head, body }: PreparedMessage): number {
  if (head.length > 0) target.set(head, start);
  const section = start + head.length;
  target[section] = DATA_SECTION[0];
  target[section + 1] = DATA_SECTION[1];
  target[section + 2] = DATA_SECTION[2];
  const bodyStart = writeBodyLength(target, section + DATA_SECTION.length, body.length);
  target.set(body, bodyStart);
  return bodyStart + body.length;
}

function writeBodyLength(target: Uint8Array, offset: number, length: number): number {
  if (length > LONGEST_SMALL) {
    target[offset] = BINARY_32;
    writeUint32(target, length, offset + 1);
    return offset + 5;
  }
  target[offset] = BINARY_8;
  target[offset + 1] = length;
  return offset + 2;
}
