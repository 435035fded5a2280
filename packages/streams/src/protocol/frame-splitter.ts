import { Command } from "./command.ts";
import { ProtocolError } from "../bytes/protocol-error.ts";

/** Size and key: what must be there before the length of a frame is believed. */
const HEAD_BYTES = 6;
const SIZE_BYTES = 4;
/** Key and version. */
const SMALLEST_FRAME = 4;

/** How large the frames of a connection may be. Larger ones are a {@link ProtocolError}. */
export interface FrameLimits {
  /** For Deliver: a whole chunk, which may hold messages that came in over AMQP, of up to 128 MiB each. */
  readonly chunkBytes: number;
  /** For everything else. */
  readonly commandBytes: number;
}

/**
 * Cuts the bytes that a socket delivers into frames. A frame that lies within one read is passed on where it is; one that is spread
 * over several is copied once, when it is complete. Memory follows what has arrived, never what a frame claims to be.
 */
export class FrameSplitter {
  readonly #limits: FrameLimits;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #neededBytes = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Calls `onFrame` with each frame that is complete now, without its size. @throws ProtocolError on an impossible size. */
  push(bytes: Buffer, onFrame: (frame: Buffer) => void): void {
    let rest: Buffer | undefined = bytes;
    if (this.#partBytes > 0) rest = this.#continue(bytes, onFrame);
    if (rest !== undefined) this.#split(rest, onFrame);
  }

  /** Adds to the frame that is incomplete. Returns what lies behind it. */
  #continue(bytes: Buffer, onFrame: (frame: Buffer) => void): Buffer | undefined {
    const missing = this.#neededBytes - this.#partBytes;
    if (bytes.length < missing) {
      this.#keep(bytes, this.#neededBytes);
      return undefined;
    }
    const whole = Buffer.concat([...this.#parts, bytes.subarray(0, missing)]);
    const rest = bytes.subarray(missing);
    this.#parts = [];
    this.#partBytes = 0;
    if (whole.length === HEAD_BYTES) {
      // Only now is the size known: no frame is as short as this.
      this.#keep(whole, this.#frameEnd(whole, 0));
      return this.#continue(rest, onFrame);
    }
    onFrame(whole.subarray(SIZE_BYTES));
    return rest;
  }

  #split(bytes: Buffer, onFrame: (frame: Buffer) => void): void {
    let start = 0;
    while (bytes.length - start >= HEAD_BYTES) {
      const end = this.#frameEnd(bytes, start);
      if (end > bytes.length) {
        this.#keep(bytes.subarray(start), end - start);
        return;
      }
      onFrame(bytes.subarray(start + SIZE_BYTES, end));
      start = end;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start), HEAD_BYTES);
  }

  #frameEnd(bytes: Buffer, start: number): number {
    const size = bytes.readUInt32BE(start);
    const key = bytes.readUInt16BE(start + SIZE_BYTES);
    const limit = key === Command.deliver ? this.#limits.chunkBytes : this.#limits.commandBytes;
    if (size < SMALLEST_FRAME || size > limit) {
      throw new ProtocolError(
        `A frame of command ${key} claims ${size} bytes; ${SMALLEST_FRAME} to ${limit} are allowed.`,
      );
    }
    return start + SIZE_BYTES + size;
  }

  #keep(bytes: Buffer, neededBytes: number): void {
    this.#parts.push(bytes);
    this.#partBytes += bytes.length;
    this.#neededBytes = neededBytes;
  }
}
