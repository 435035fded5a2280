import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queueHash } from "@warrenmq/core/queues";
import {
  formatReceiptHandle,
  parseReceiptHandle,
  readOwnReceiptHandle,
  signReceiptHandle,
  verifyReceiptHandle,
} from "./receipt-handle.ts";

const handles = fc.record({
  owner: fc.stringMatching(/^[0-9a-f]{16}$/),
  delivery: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  queue: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  messageId: fc.oneof(fc.uuid(), fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/)),
  unique: fc.boolean(),
});

describe("a receipt handle", () => {
  it("reads as what it was made from", () => {
    fc.assert(
      fc.property(handles, (handle) => {
        expect(parseReceiptHandle(formatReceiptHandle(handle))).toEqual(handle);
      }),
    );
  });

  it("is refused when this project has not issued it, whatever the text", () => {
    for (const text of ["", "garbage", "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", "=", "a".repeat(10_000), "\u{1F600}"]) {
      expect(parseReceiptHandle(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => void parseReceiptHandle(text)));
  });
});

describe("a signed receipt handle", () => {
  const key = "0123456789abcdefghijkl";
  const other = "0123456789abcdefghijkm";

  it("reads as what it was made from, with the key that it was made with", () => {
    fc.assert(
      fc.property(handles, (handle) => {
        const signed = signReceiptHandle(handle, key);
        expect(verifyReceiptHandle(signed, key)).toEqual(handle);
        expect(readOwnReceiptHandle(signed)).toEqual(handle);
        expect(verifyReceiptHandle(signed, other)).toBeUndefined();
      }),
    );
  });

  it("is refused when any character of it is another", () => {
    const character = fc.constantFrom("A", "x", "0", "9", "-", "_");
    fc.assert(
      fc.property(handles, fc.nat(), character, (handle, at, changed) => {
        const signed = signReceiptHandle(handle, key);
        const index = at % signed.length;
        fc.pre(signed[index] !== changed);
        const forged = signed.slice(0, index) + changed + signed.slice(index + 1);
        expect(verifyReceiptHandle(forged, key)).toBeUndefined();
      }),
    );
  });

  it("is refused when its tag is that of another handle", () => {
    fc.assert(
      fc.property(handles, handles, (one, two) => {
        const body = formatReceiptHandle(one);
        fc.pre(body !== formatReceiptHandle(two));
        expect(verifyReceiptHandle(body + signReceiptHandle(two, key).slice(-24), key)).toBeUndefined();
      }),
    );
  });

  it("is nothing else, whatever the text", () => {
    for (const text of ["", "garbage", "a".repeat(24), "a".repeat(10_000), "\u{1F600}".repeat(30), "é".repeat(60)]) {
      expect(verifyReceiptHandle(text, key)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => verifyReceiptHandle(text, key) === undefined));
  });
});

describe("the hash of a queue's name", () => {
  it("tells queues apart", () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `queue-${index}`);
    expect(new Set(names.map(queueHash)).size).toBe(1_000);
  });
});
