import { describe, expect, it } from "vitest";
import {
  decodeTopicLogRecord,
  deduplicationKey,
  DEDUPLICATION_WINDOW_MS,
  encodeTopicLogRecord,
  SequenceNumbers,
  TopicLogIndex,
} from "./topic-log.ts";

const MESSAGE = { messageId: "m", groupId: "g", deduplicationId: "d", sequenceNumber: "10" };

describe("the log of a FIFO topic", () => {
  it("is read as it was written, and nothing else is taken for it", () => {
    const record = { at: 5, messages: [MESSAGE] };
    expect(decodeTopicLogRecord(encodeTopicLogRecord(record))).toEqual(record);
    for (const text of ["", "{}", '{"v":1,"at":1,"messages":[[1]]}', '{"v":2,"at":1,"messages":[]}']) {
      expect(decodeTopicLogRecord(Buffer.from(text))).toBeUndefined();
    }
  });

  it("remembers a deduplication id for five minutes, in its group or in the topic", () => {
    for (const scopedToGroup of [false, true]) {
      const index = new TopicLogIndex();
      index.add({ at: 0, messages: [MESSAGE] }, scopedToGroup);
      const key = deduplicationKey(MESSAGE, scopedToGroup);
      expect(index.original(key, DEDUPLICATION_WINDOW_MS - 1)).toEqual(MESSAGE);
      expect(index.original(key, DEDUPLICATION_WINDOW_MS)).toBeUndefined();
      const other = deduplicationKey({ ...MESSAGE, groupId: "h" }, scopedToGroup);
      expect(index.original(other, 1) === undefined).toBe(scopedToGroup);
    }
  });
});

describe("sequence numbers", () => {
  it("have twenty digits and rise, above those of messages that were seen before", () => {
    const [one, other] = [new SequenceNumbers(), new SequenceNumbers()];
    const numbers = [one.next(0), one.next(0), one.next(7), other.next(8), one.next(9)];
    for (const number of numbers) expect(number).toMatch(/^\d{20}$/);
    expect(numbers).toEqual(numbers.toSorted((left, right) => left.localeCompare(right)));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
