import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "../bytes/protocol-error.ts";
import { Command } from "./command.ts";
import { FrameSplitter } from "./frame-splitter.ts";

const LIMITS = { chunkBytes: 5_000, commandBytes: 1_000 };

/** A frame of a command with a body. */
function frame(key: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 4, 0);
  head.writeUInt16BE(key, 4);
  head.writeUInt16BE(1, 6);
  return Buffer.concat([head, body]);
}

function split(splitter: FrameSplitter, pieces: readonly Buffer[]): Buffer[] {
  const frames: Buffer[] = [];
  for (const piece of pieces) splitter.push(piece, (bytes) => frames.push(Buffer.from(bytes)));
  return frames;
}

/** Cuts bytes into pieces of the given sizes, again and again. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0, index = 0; start < bytes.length; index++) {
    const end = start + (sizes[index % sizes.length] ?? 1);
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

describe("FrameSplitter", () => {
  it("finds the same frames wherever the reads of the socket end", () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(bodies, sizes, (contents, pieceSizes) => {
        const frames = contents.map((body) => frame(Command.publishConfirm, body));
        const found = split(new FrameSplitter(LIMITS), cut(Buffer.concat(frames), pieceSizes));
        expect(found).toEqual(frames.map((bytes) => bytes.subarray(4)));
      }),
    );
  });

  it("refuses a frame above its limit as soon as its head is there", () => {
    const claimed = Buffer.from("000003e9000c", "hex"); // 1,001 bytes
    expect(() => split(new FrameSplitter(LIMITS), [claimed])).toThrow(ProtocolError);
    expect(() => split(new FrameSplitter(LIMITS), cut(claimed, [1]))).toThrow(ProtocolError);
  });

  it("allows chunks their own limit", () => {
    const chunk = frame(Command.deliver, Buffer.alloc(4_000));
    expect(split(new FrameSplitter(LIMITS), cut(chunk, [700]))).toHaveLength(1);
    expect(() => split(new FrameSplitter(LIMITS), [frame(Command.deliver, Buffer.alloc(6_000))])).toThrow(
      ProtocolError,
    );
  });

  it("refuses a frame that has no room for key and version", () => {
    expect(() => split(new FrameSplitter(LIMITS), [Buffer.from("0000000300170001", "hex")])).toThrow(ProtocolError);
  });
});
