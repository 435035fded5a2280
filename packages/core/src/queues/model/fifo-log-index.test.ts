import { describe, expect, test } from "vitest";
import { FifoLogIndex, offsetOf, sequenceNumber } from "./fifo-log-index.ts";

const MINUTE_MS = 60_000;

function send(index: FifoLogIndex, offset: number, name: string, { at = 0, base = offset, id = name } = {}): void {
  const message = { messageId: name, groupId: name.slice(0, 1), deduplicationId: id };
  index.add({ type: "send", at, base, messages: [message] }, offset);
}

describe("duplicates", () => {
  test("a sender finds the message of five minutes ago that it would repeat, and no older one", () => {
    const index = new FifoLogIndex("queue");
    send(index, 1, "a1", { id: "x" });
    expect(index.originalOf("b", "x", 5 * MINUTE_MS - 1)?.messageId).toBe("a1");
    expect(index.originalOf("b", "x", 5 * MINUTE_MS)).toBeUndefined();
  });

  test("of two senders that did not know of each other, the one whose record comes first wins", () => {
    const index = new FifoLogIndex("queue");
    send(index, 5, "a1", { id: "x", base: 3 });
    send(index, 6, "a2", { id: "x", base: 4 });
    expect(index.find("a2")?.original?.messageId).toBe("a1");
    expect(index.find("a1")?.original).toBeUndefined();
  });

  test("a sender that had read the earlier record knew better", () => {
    const index = new FifoLogIndex("queue");
    send(index, 5, "a1", { id: "x" });
    send(index, 9, "a2", { id: "x", base: 6 });
    expect(index.find("a2")?.original).toBeUndefined();
  });

  test("with scope messageGroup the same id in another group is no duplicate", () => {
    const index = new FifoLogIndex("messageGroup");
    send(index, 1, "a1", { id: "x" });
    expect(index.originalOf("b", "x", 0)).toBeUndefined();
    expect(index.originalOf("a", "x", 0)?.messageId).toBe("a1");
  });

  test("a purge clears the memory", () => {
    const index = new FifoLogIndex("queue");
    send(index, 1, "a1", { id: "x" });
    index.add({ type: "purge" }, 2);
    expect(index.originalOf("a", "x", 0)).toBeUndefined();
  });

  test("a message that is logged twice keeps its first place", () => {
    const index = new FifoLogIndex("queue");
    send(index, 1, "a1");
    send(index, 2, "a1");
    expect(offsetOf(index.find("a1")?.position ?? 0)).toBe(1);
    expect(index.find("a1")?.original).toBeUndefined();
  });
});

describe("order", () => {
  test("what may be overtaken is of the same group, sent between the sender's base and its own place", () => {
    const index = new FifoLogIndex("queue");
    send(index, 1, "a1");
    send(index, 2, "a2");
    send(index, 3, "b1");
    send(index, 4, "a3", { base: 2 });
    const last = index.find("a3");
    expect(last === undefined ? [] : index.overtaken(last).map(({ messageId }) => messageId)).toEqual(["a2"]);
  });

  test("messages of one record have rising sequence numbers of 20 digits", () => {
    const index = new FifoLogIndex("queue");
    const messages = ["a1", "a2"].map((name) => ({ messageId: name, groupId: "a", deduplicationId: name }));
    index.add({ type: "send", at: 0, base: 0, messages }, 7);
    const [first = "", second = ""] = messages.map(({ messageId }) =>
      sequenceNumber(index.find(messageId)?.position ?? 0),
    );
    expect(first).toMatch(/^\d{20}$/);
    expect(first < second).toBe(true);
  });
});

test("old messages are forgotten, and the offset from which all is known moves on", () => {
  const index = new FifoLogIndex("queue");
  send(index, 1, "a1", { at: 0 });
  send(index, 2, "a2", { at: 100 });
  expect(index.forgetBefore(50)).toBe(2);
  expect(index.find("a1")).toBeUndefined();
  expect(index.find("a2")).toBeDefined();
  expect(index.originalOf("a", "a1", 0)).toBeUndefined();
  expect(index.forgetBefore(50)).toBeUndefined();
});
