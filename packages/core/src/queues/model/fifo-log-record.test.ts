import { expect, test } from "vitest";
import { decodeFifoLogRecord, encodeFifoLogRecord, type FifoLogRecord } from "./fifo-log-record.ts";

test.each<FifoLogRecord>([
  { type: "send", at: 1, base: 2, messages: [{ messageId: "m", groupId: "g", deduplicationId: "d" }] },
  { type: "purge" },
])("a record of type $type is read as it was written", (record) => {
  expect(decodeFifoLogRecord(encodeFifoLogRecord(record))).toEqual(record);
});

test.each(["", "no JSON", "null", "[]", '{"v":2,"type":"purge"}', '{"v":1,"type":"send","at":"now"}', '{"v":1}'])(
  "%j is no record",
  (text) => {
    expect(decodeFifoLogRecord(Buffer.from(text))).toBeUndefined();
  },
);
