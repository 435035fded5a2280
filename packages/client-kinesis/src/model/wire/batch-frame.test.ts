import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame } from "./batch-frame.ts";

const records = fc.array(
  fc.record({
    partitionKey: fc.option(fc.string({ unit: "grapheme", maxLength: 256 }), { nil: undefined }),
    data: fc.uint8Array({ maxLength: 200 }),
  }),
  { minLength: 1, maxLength: 50 },
);

describe("a batch frame", () => {
  it("reads as what was written", () => {
    fc.assert(
      fc.property(records, (written) => {
        const read = decodeFrame(encodeFrame(written));
        expect(read?.map(({ partitionKey }) => partitionKey)).toEqual(written.map(({ partitionKey }) => partitionKey));
        expect(read?.map(({ data }) => [...data])).toEqual(written.map(({ data }) => [...data]));
      }),
    );
  });

  it("keeps the bytes of a KPL-aggregated record as they are", () => {
    const aggregated = Buffer.concat([
      Buffer.from("f3899ac2", "hex"),
      Buffer.from([10, 1, 97, 26, 0]),
      Buffer.alloc(16, 7),
    ]);
    const read = decodeFrame(encodeFrame([{ partitionKey: "a", data: aggregated }]));
    expect(read?.[0]?.data).toEqual(new Uint8Array(aggregated));
  });

  it("is not read when it is cut short, or has something behind it", () => {
    fc.assert(
      fc.property(records, fc.nat(), (written, cut) => {
        const frame = encodeFrame(written);
        expect(decodeFrame(frame.subarray(0, cut % frame.length))).toBeUndefined();
        expect(decodeFrame(Buffer.concat([frame, Buffer.from([0])]))).toBeUndefined();
      }),
    );
  });

  it("does not read beyond its end, whatever the lengths in it say", () => {
    const frame = encodeFrame([{ partitionKey: "key", data: Buffer.from("data") }]);
    for (const [place, bytes] of [
      [6, [0xff, 0xff]],
      [6, [0, 0]],
      [8, [0xff, 0xfe]],
      [10, [0xff, 0xff, 0xff, 0xff]],
    ] as const) {
      const hostile = Buffer.from(frame);
      hostile.set(bytes, place);
      expect(decodeFrame(hostile)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, withHead) => {
        const hostile = withHead ? [...frame.subarray(0, 8), ...bytes] : bytes;
        void decodeFrame(Buffer.from(hostile));
      }),
    );
  });
});
