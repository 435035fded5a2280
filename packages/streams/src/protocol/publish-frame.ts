import type { PreparedMessage } from "../message/prepared-message.ts";
import { messageBytes, writeMessage } from "../message/prepared-message.ts";
import { Command } from "./command.ts";
import { writeUint32 } from "../bytes/write-uint32.ts";

/** Size, key, version, publisher id, number of messages. */
const HEAD_BYTES = 13;
/** Publishing id and length of the message. */
const ENTRY_BYTES = 12;
const TWO_32 = 2 ** 32;
const NO_FILTER_VALUE = 0xffff;

/** How the frames of one publisher look on one connection. */
export interface PublishFrames {
  readonly publisherId: number;
  /** Version 2 carries filter values (RabbitMQ 3.13). */
  readonly version: 1 | 2;
  readonly frameMaxBytes: number;
}

/** The largest message, encoded, that fits into a frame. */
export function largestMessageBytes(frameMaxBytes: number): number {
  return frameMaxBytes - HEAD_BYTES - ENTRY_BYTES;
}

/** Packs messages into as few Publish frames as their largest size allows, in order. */
export class PublishPacker {
  readonly #frames: PublishFrames;
  readonly #emit: (frame: Buffer) => void;
  #messages: PreparedMessage[] = [];
  #publishingIds: number[] = [];
  #bytes = HEAD_BYTES;

  /** @param emit is given each frame when it is full, and the last one by {@link PublishPacker.flush}. */
  constructor(frames: PublishFrames, emit: (frame: Buffer) => void) {
    this.#frames = frames;
    this.#emit = emit;
  }

  add(publishingId: number, message: PreparedMessage): void {
    const bytes = ENTRY_BYTES + messageBytes(message) + this.#filterBytes(message);
    if (this.#bytes + bytes > this.#frames.frameMaxBytes) this.flush();
    this.#bytes += bytes;
    this.#messages.push(message);
    this.#publishingIds.push(publishingId);
  }

  /** Emits what has been added since the last frame. */
  flush(): void {
    if (this.#messages.length === 0) return;
    const frame = Buffer.allocUnsafe(this.#bytes);
    let offset = this.#writeHead(frame);
    this.#messages.forEach((message, index) => {
      offset = this.#writeEntry(frame, offset, this.#publishingIds[index] ?? 0, message);
    });
    this.#messages = [];
    this.#publishingIds = [];
    this.#bytes = HEAD_BYTES;
    this.#emit(frame);
  }

  #filterBytes({ filterValue }: PreparedMessage): number {
    if (this.#frames.version === 1) return 0;
    return 2 + (filterValue?.length ?? 0);
  }

  #writeHead(frame: Buffer): number {
    writeUint32(frame, frame.length - 4, 0);
    frame.writeUInt16BE(Command.publish, 4);
    frame.writeUInt16BE(this.#frames.version, 6);
    frame.writeUInt8(this.#frames.publisherId, 8);
    writeUint32(frame, this.#messages.length, 9);
    return HEAD_BYTES;
  }

  #writeEntry(frame: Buffer, start: number, publishingId: number, message: PreparedMessage): number {
    const high = Math.floor(publishingId / TWO_32);
    writeUint32(frame, high, start);
    writeUint32(frame, publishingId - high * TWO_32, start + 4);
    let offset = start + 8;
    if (this.#frames.version === 2) offset = writeFilterValue(frame, offset, message.filterValue);
    writeUint32(frame, messageBytes(message), offset);
    return writeMessage(frame, offset + 4, message);
  }
}

function writeFilterValue(frame: Buffer, offset: number, filterValue: Buffer | undefined): number {
  if (filterValue === undefined) return frame.writeUInt16BE(NO_FILTER_VALUE, offset);
  frame.writeUInt16BE(filterValue.length, offset);
  frame.set(filterValue, offset + 2);
  return offset + 2 + filterValue.length;
}
