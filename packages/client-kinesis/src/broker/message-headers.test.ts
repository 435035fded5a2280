import * as fc from "fast-check";
import { expect, it } from "vitest";
import { factsOf } from "./message-headers.ts";

it("any value may be in the headers of a message, and what is none of ours counts for nothing", () => {
  const values = fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, withTypedArray: true });
  fc.assert(
    fc.property(values, values, (value, other) => {
      const facts = factsOf({ kind: value, id: other, partitionKey: value, arrivedAt: other, timestampMs: undefined });
      expect(["record", "batch", "end", "mark"]).toContain(facts.kind);
      expect(["string", "undefined"]).toContain(typeof facts.partitionKey);
      expect(["number", "undefined"]).toContain(typeof facts.arrivedAt);
    }),
  );
});
