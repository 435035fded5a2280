import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decodeSnapshot, encodeSnapshot } from "./snapshot-record.ts";

it("reads as what was written", async () => {
  const position = fc.record({ offset: fc.nat(), id: fc.uuid(), recentIds: fc.array(fc.uuid()) });
  await fc.assert(
    fc.asyncProperty(fc.record({ position, state: fc.jsonValue() }), async (record) => {
      const encoded = await encodeSnapshot(record);
      expect(encoded && (await decodeSnapshot(encoded))).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});

it("ignores whatever else lies on the stream", async () => {
  const position = { offset: 1, id: "a", recentIds: [] };
  for (const value of [null, [], {}, { v: 2, position }, { v: 1 }, { v: 1, position: { ...position, offset: -1 } }]) {
    expect(await decodeSnapshot(deflateRawSync(JSON.stringify(value)))).toBeUndefined();
  }
  await fc.assert(fc.asyncProperty(fc.uint8Array(), async (bytes) => void (await decodeSnapshot(Buffer.from(bytes)))));
});
