import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queueHash } from "@warrenmq/core/queues";
import { formatReceiptHandle, parseReceiptHandle } from "./receipt-handle.ts";

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

describe("the hash of a queue's name", () => {
  it("tells queues apart", () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `queue-${index}`);
    expect(new Set(names.map(queueHash)).size).toBe(1_000);
  });
});
