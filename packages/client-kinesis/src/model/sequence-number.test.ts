import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatSequenceNumber,
  LAST_INDEX,
  parseSequenceNumber,
  placeOf,
  sequenceIndex,
  sequenceNumbersOf,
} from "./sequence-number.ts";

const parts = fc.record({
  shardCreatedAt: fc.integer({ min: 1, max: 4_000_000_000 }).map((s) => s * 1000),
  shardIndex: fc.integer({ min: 0, max: 0x7fff_ffff }),
  index: fc.bigInt({ min: 0n, max: LAST_INDEX }),
  time: fc.integer({ min: 4_000_000_000, max: 8_000_000_000 }).map((s) => s * 1000),
});

describe("a sequence number", () => {
  it("is laid out as AWS's", () => {
    const number = formatSequenceNumber({
      shardCreatedAt: 1_400_000_000_000,
      shardIndex: 0x2a,
      index: 0x1234n,
      time: 1_400_000_100_999,
    });
    const hex = BigInt(number).toString(16);
    expect(hex).toMatch(/^20[0-9a-f]{8}a[0-9a-f]{16}000[0-9a-f]{8}0000002a2$/u);
    expect(hex).toBe(["2", "053724e00", "a", "0000000000001234", "00", "053724e64", "0000002a", "2"].join(""));
    expect(number).toMatch(/^\d{56}$/u);
  });

  it("reads as what was written", () => {
    fc.assert(
      fc.property(parts, (written) => {
        expect(parseSequenceNumber(formatSequenceNumber(written))).toEqual(written);
      }),
    );
  });

  it("is larger the later its record lies in the shard, whatever the clocks say", () => {
    const place = fc.record({
      offset: fc.integer({ min: 0, max: 2 ** 50 }),
      index: fc.integer({ min: 0, max: 4095 }),
    });
    const shard = { shardCreatedAt: 1_700_000_000_000, shardIndex: 7 };
    fc.assert(
      fc.property(place, fc.nat(), place, fc.nat(), (left, leftSeconds, right, rightSeconds) => {
        const [leftNumber, rightNumber] = [left, right].map((at, side) =>
          BigInt(
            formatSequenceNumber({
              ...shard,
              index: sequenceIndex(at),
              time: 1_700_000_000_000 + 1000 * (side === 0 ? leftSeconds : rightSeconds),
            }),
          ),
        );
        const earlier = left.offset < right.offset || (left.offset === right.offset && left.index < right.index);
        expect(Number(leftNumber) < 0).toBe(false);
        if (earlier) expect(leftNumber).toBeLessThan(rightNumber ?? 0n);
      }),
    );
  });

  it("leads back to its record's place", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), fc.integer({ min: 0, max: 4095 }), (offset, index) => {
        expect(placeOf(sequenceIndex({ offset, index }))).toEqual({ offset, index });
      }),
    );
    expect(placeOf(0n)).toEqual({ offset: 0, index: -1 });
  });

  it("of each record of a message is that of its place", () => {
    const shard = { shardCreatedAt: 1_700_000_000_000, shardIndex: 1, time: 1_700_000_000_000 };
    const first = { ...shard, index: sequenceIndex({ offset: 9, index: 0 }) };
    expect(sequenceNumbersOf(first, 3)).toEqual(
      [0, 1, 2].map((index) => formatSequenceNumber({ ...shard, index: sequenceIndex({ offset: 9, index }) })),
    );
  });

  it("is not older than its shard", () => {
    const parsed = parseSequenceNumber(
      formatSequenceNumber({ shardCreatedAt: 2_000_000, shardIndex: 0, index: 1n, time: 1_000_000 }),
    );
    expect(parsed?.time).toBe(2_000_000);
  });

  it("is not read from anything else", () => {
    for (const text of ["", "0", "1", "-1", "1.5", "x", "9".repeat(56), "9".repeat(500), "1".repeat(57)]) {
      expect(parseSequenceNumber(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => void parseSequenceNumber(text)));
  });
});
