import { expect, test } from "vitest";
import { FifoReceiveCounts } from "./fifo-receive-counts.ts";

test("the highest count and the first time hold, in whichever order they are told", () => {
  const counts = new FifoReceiveCounts();
  counts.note({ messageId: "m", count: 3, firstReceivedAt: 20 }, 0);
  counts.note({ messageId: "m", count: 2, firstReceivedAt: 10 }, 0);
  expect(counts.of("m")).toMatchObject({ count: 3, firstReceivedAt: 10 });
});

test("a message that was deleted has no count", () => {
  const counts = new FifoReceiveCounts();
  counts.note({ messageId: "m", count: 1, firstReceivedAt: 1 }, 0);
  counts.forget("m");
  expect(counts.of("m")).toBeUndefined();
});

test("old counts are forgotten, those told of again are not", () => {
  const counts = new FifoReceiveCounts();
  counts.note({ messageId: "old", count: 1, firstReceivedAt: 1 }, 0);
  counts.note({ messageId: "again", count: 1, firstReceivedAt: 1 }, 0);
  counts.note({ messageId: "again", count: 2, firstReceivedAt: 1 }, 100);
  counts.forgetBefore(50);
  expect(counts.of("old")).toBeUndefined();
  expect(counts.of("again")?.count).toBe(2);
});
