import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { ProtocolError } from "./protocol-error.ts";

const safeInteger = fc.maxSafeInteger();

describe("ByteReader", () => {
  it("reads back what ByteWriter wrote", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), safeInteger, fc.nat(255), (text, integer, byte) => {
        const writer = new ByteWriter().string(text).int64(integer).uint8(byte).uint32(byte).int16(-byte);
        const reader = new ByteReader(writer.toBuffer());
        expect(reader.string()).toBe(Buffer.from(text).toString());
        expect(reader.int64()).toBe(integer);
        expect([reader.uint8(), reader.uint32(), reader.int16()]).toEqual([byte, byte, 0 - byte]);
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  it("refuses to read past the end, whatever is asked for", () => {
    const reads: ((reader: ByteReader) => unknown)[] = [
      (reader) => reader.uint8(),
      (reader) => reader.uint16(),
      (reader) => reader.uint32(),
      (reader) => reader.uint64(),
      (reader) => reader.int64(),
      (reader) => reader.string(),
      (reader) => reader.take(1),
      (reader) => reader.count(1),
    ];
    for (const read of reads) expect(() => read(new ByteReader(Buffer.alloc(0)))).toThrow(ProtocolError);
  });

  it("reads a negative length as null, and no other negative length", () => {
    expect(new ByteReader(Buffer.from([0xff, 0xff])).nullableString()).toBeUndefined();
    expect(() => new ByteReader(Buffer.from([0xff, 0xfe])).nullableString()).toThrow(ProtocolError);
  });

  it("refuses integers that a number does not hold exactly", () => {
    expect(() => new ByteReader(Buffer.alloc(8, 0xff)).uint64()).toThrow(ProtocolError);
    expect(new ByteReader(Buffer.alloc(8, 0xff)).int64()).toBe(-1);
    expect(() => new ByteReader(Buffer.from("7fffffffffffffff", "hex")).int64()).toThrow(ProtocolError);
  });

  it("refuses an array that claims more elements than bytes could hold", () => {
    expect(() => new ByteReader(Buffer.from("7fffffff00000000", "hex")).count(2)).toThrow(/do(es)? not fit/);
    expect(new ByteReader(Buffer.from("0000000200000000", "hex")).count(2)).toBe(2);
  });
});
