import { describe, expect, it } from "vitest";
import { keyChoice } from "../workload/record-keys.ts";
import { recordSource } from "../workload/record-sizes.ts";
import type { RecordShape } from "../workload/workload.ts";
import { readHeader, readTextHeader, recordText } from "./record-header.ts";
import { RecordMaker, setDueTime } from "./record-maker.ts";

describe("RecordMaker", () => {
  it("makes records of the size that was asked for, with a header that is known again", () => {
    const made = maker({ type: "fixed", bytes: 200 }, "binary").next(3).records;
    expect(made.map(({ body }) => body.length)).toEqual([200, 200, 200]);
    expect(made.map(({ body }) => readHeader(body)?.number)).toEqual([0, 1, 2]);
    expect(readHeader(made[0]?.body ?? Buffer.alloc(0))).toMatchObject({ run: 5, producer: 2, dueMs: 0 });
  });

  it("makes text of that size as well, without a character that SQS refuses", () => {
    const [record] = maker({ type: "fixed", bytes: 200 }, "text").next(1).records;
    const text = recordText(record?.body ?? Buffer.alloc(0));
    expect(Buffer.byteLength(text)).toBe(200);
    expect(text).toMatch(/^[\x20-\x7e]+$/u);
    expect(readTextHeader(text)).toMatchObject({ run: 5, producer: 2, number: 0 });
  });

  it("says when they are due", () => {
    const batch = maker({ type: "fixed", bytes: 100 }, "binary").next(3);
    setDueTime(batch, 77.5);
    expect(batch.records.map(({ body }) => readHeader(body)?.dueMs)).toEqual([77.5, 77.5, 77.5]);
  });

  it.each(["fixed", "histogram"] as const)("uses memory again, with new headers (%s)", (type) => {
    const shape =
      type === "fixed"
        ? { type, bytes: 64 }
        : {
            type,
            buckets: [
              { bytes: 64, weight: 1 },
              { bytes: 80, weight: 1 },
            ],
          };
    const own = maker(shape, "binary");
    const first = own.next(4);
    const memory = first.slab.bytes.buffer;
    own.giveBack(first);
    const second = own.next(4);
    const third = own.next(4);
    expect(type === "histogram" || second.slab.bytes.buffer === memory).toBe(true);
    expect(third.slab.bytes.buffer).not.toBe(second.slab.bytes.buffer);
    expect([second, third].map(({ from }) => from)).toEqual([4, 8]);
    expect(second.records.map(({ body }) => readHeader(body)?.number)).toEqual([4, 5, 6, 7]);
    expect(third.records.map(({ body }) => readHeader(body)?.number)).toEqual([8, 9, 10, 11]);
  });

  it("numbers the records of each key", () => {
    const made = maker({ type: "fixed", bytes: 64 }, "binary", 2).next(100).records;
    for (const key of [0, 1]) {
      const numbers = made.flatMap(({ body }) => {
        const header = readHeader(body);
        return header?.key === key ? [header.keyNumber] : [];
      });
      expect(numbers.length).toBeGreaterThan(10);
      expect(numbers).toEqual(numbers.map((_, index) => index));
    }
    expect(made[0]?.key).toBe(`key-${readHeader(made[0]?.body ?? Buffer.alloc(0))?.key}`);
  });

  it("draws sizes from a histogram as often as the weights say", () => {
    const shape = {
      type: "histogram",
      buckets: [
        { bytes: 100, weight: 9 },
        { bytes: 1000, weight: 1 },
      ],
    } as const;
    const sizes = maker(shape, "binary")
      .next(5_000)
      .records.map(({ body }) => body.length);
    const large = sizes.filter((size) => size === 1000).length;
    expect(sizes.filter((size) => size === 100).length + large).toBe(5_000);
    expect(large / 5_000).toBeGreaterThan(0.08);
    expect(large / 5_000).toBeLessThan(0.12);
  });

  it("takes the user's own records, behind the header", () => {
    const samples = [Buffer.from("a".repeat(100)), Buffer.from("b".repeat(300))];
    const made = maker({ type: "samples", file: "" }, "binary", 10, samples).next(50).records;
    expect(new Set(made.map(({ body }) => body.length))).toEqual(new Set([100, 300]));
    for (const { body } of made) {
      expect(body.subarray(24).toString()).toBe((body.length === 100 ? "a" : "b").repeat(body.length - 24));
    }
  });
});

describe("keys", () => {
  it("of Zipf's kind come the more often the lower they are", () => {
    const next = keyChoice({ distribution: "zipf", count: 100, exponent: 1 }, 1);
    const counts = Array.from({ length: 100 }, () => 0);
    for (let drawn = 0; drawn < 50_000; drawn++) {
      const key = next();
      counts[key] = (counts[key] ?? 0) + 1;
    }
    // 1/n ÷ the 100th harmonic number, 5.187.
    for (const [key, share] of [
      [0, 1 / 5.187],
      [1, 0.5 / 5.187],
      [9, 0.1 / 5.187],
    ] as const) {
      expect((counts[key] ?? 0) / 50_000 / share).toBeCloseTo(1, 0.7);
    }
  });

  it("are the same for the same seed", () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

function maker(
  shape: RecordShape,
  encoding: "binary" | "text",
  keyCount = 10,
  samples: readonly Buffer[] = [],
): RecordMaker {
  const source = recordSource(shape, samples, 1);
  const nextKey = keyChoice({ distribution: "uniform", count: keyCount, exponent: 1 }, 3);
  return new RecordMaker({ run: 5, producer: 2, source, nextKey, keyCount, encoding });
}

function draw(seed: number): number[] {
  const next = keyChoice({ distribution: "uniform", count: 1000, exponent: 1 }, seed);
  return Array.from({ length: 10 }, next);
}
