import { expect, test } from "vitest";
import {
  decodeFifoReceiversRecord,
  encodeFifoReceiversRecord,
  type FifoReceiversRecord,
} from "./fifo-receivers-record.ts";

test.each<FifoReceiversRecord>([
  { type: "present", process: "0123456789abcdef" },
  { type: "left", process: "0123456789abcdef" },
  { type: "received", messages: [{ messageId: "m", count: 2, firstReceivedAt: 1_700_000_000_000 }] },
])("a record is read as it was written: $type", (record) => {
  expect(decodeFifoReceiversRecord(encodeFifoReceiversRecord(record))).toEqual(record);
});

test.each(["", "{}", "null", '{"v":2,"type":"present","process":"p"}', '{"v":1,"type":"received"}', "not JSON"])(
  "what is no record is passed over: %s",
  (text) => {
    expect(decodeFifoReceiversRecord(Buffer.from(text))).toBeUndefined();
  },
);

test("a malformed count is passed over, the others of its record are not", () => {
  const text = '{"v":1,"type":"received","messages":[["a",1,2],["b","1",2],[1,1,1],["c",3,4]]}';
  expect(decodeFifoReceiversRecord(Buffer.from(text))).toEqual({
    type: "received",
    messages: [
      { messageId: "a", count: 1, firstReceivedAt: 2 },
      { messageId: "c", count: 3, firstReceivedAt: 4 },
    ],
  });
});
