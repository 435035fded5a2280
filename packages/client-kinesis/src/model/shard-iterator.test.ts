import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeIterator, encodeIterator, type IteratorContent, type ShardPosition } from "./shard-iterator.ts";

const position: fc.Arbitrary<ShardPosition> = fc.oneof(
  fc.record({
    type: fc.constant("record" as const),
    offset: fc.maxSafeNat(),
    index: fc.integer({ min: -1, max: 4096 }),
  }),
  fc.record({ type: fc.constant("time" as const), timeMs: fc.maxSafeNat() }),
  fc.constant({ type: "oldest" as const }),
);
const content: fc.Arbitrary<IteratorContent> = fc.record({
  streamName: fc.stringMatching(/^[a-zA-Z0-9_.-]{1,128}$/u),
  shardIndex: fc.integer({ min: 0, max: 0x7fff_ffff }),
  position,
  createdAt: fc.maxSafeNat(),
  lineage: fc.stringMatching(/^[0-9a-f]{16}$/u),
});

describe("a shard iterator", () => {
  it("reads as what was written, with the stream's secret only", () => {
    fc.assert(
      fc.property(content, fc.uuid(), fc.uuid(), (written, secret, other) => {
        const text = encodeIterator(written, secret);
        const read = decodeIterator(text);
        expect(read?.content).toEqual(written);
        expect(read?.isSignedWith(secret)).toBe(true);
        expect(read?.isSignedWith(other)).toBe(other === secret);
        // AWS allows 512 characters.
        expect(text.length).toBeLessThanOrEqual(512);
      }),
    );
  });

  it("is not believed when a bit of it was changed", () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.integer({ min: 0, max: 7 }), (written, place, bit) => {
        const bytes = Buffer.from(encodeIterator(written, "secret"), "base64");
        const index = place % bytes.length;
        bytes.writeUInt8((bytes[index] ?? 0) ^ (1 << bit), index);
        const read = decodeIterator(bytes.toString("base64"));
        expect(read?.isSignedWith("secret") ?? false).toBe(false);
      }),
    );
  });

  it("is not read from anything else", () => {
    for (const text of ["", "x", "AAAAAAAAAAE=", "=".repeat(600), "ä"]) expect(decodeIterator(text)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void decodeIterator(text)));
    fc.assert(fc.property(fc.base64String(), (text) => void decodeIterator(text)));
  });
});
