import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decodeRecord, encodeRecord } from "./command-record.ts";

it("reads as what was written", () => {
  const records = fc.record({ id: fc.uuid(), at: fc.nat(), service: fc.string(), data: fc.jsonValue() });
  fc.assert(
    fc.property(records, (record) => {
      expect(decodeRecord(encodeRecord(record))).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});

it("ignores whatever else lies on the stream", () => {
  for (const text of ["", "{", "null", "[]", '{"v":2}', '{"v":1,"id":1}']) {
    expect(decodeRecord(Buffer.from(text))).toBeUndefined();
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeRecord(Buffer.from(bytes))));
});
