import { deadlineIn } from "@warrenmq/core/internal";
import { describe, expect, it } from "vitest";
import type { ShardPosition } from "../model/shard-iterator.ts";
import { encodeFrame } from "../model/wire/batch-frame.ts";
import { endMessage, MemoryTransport, recordMessage } from "./memory-transport.test.support.ts";
import { ShardCursor, type Taken, type TakeLimits } from "./shard-cursor.ts";
import { newMark } from "./shard-writer.ts";

const OLDEST: ShardPosition = { type: "oldest" };

function cursorOn(transport: MemoryTransport, position: ShardPosition = OLDEST, trimmedBefore = 0): ShardCursor {
  const options = { stream: "s", transport, position };
  return new ShardCursor({ ...options, trimmedBefore: () => trimmedBefore, knownTip: () => -1 });
}

function take(cursor: ShardCursor, limits: Partial<TakeLimits> = {}): Promise<Taken> {
  return cursor.take({ records: 10_000, bytes: 1_000_000, waitMs: 5, isClosed: false, ...limits }, deadlineIn(2_000));
}

function texts({ runs }: Taken): string {
  return runs.flatMap(({ records }) => records.map(({ data }) => Buffer.from(data).toString())).join("");
}

async function takeAll(cursor: ShardCursor, limits: Partial<TakeLimits> = {}): Promise<string> {
  let all = "";
  for (;;) {
    const taken = await take(cursor, limits);
    all += texts(taken);
    if (taken.runs.length === 0 && (taken.atTip || taken.ended)) return all;
  }
}

function filled(): MemoryTransport {
  const transport = new MemoryTransport();
  transport.store(recordMessage("a", 1_000));
  const records = ["b", "c", "d"].map((text) => ({ partitionKey: "k", data: Buffer.from(text) }));
  transport.store({ ...recordMessage("", 2_000), kind: "batch", content: encodeFrame(records) });
  transport.store(newMark());
  transport.store(recordMessage("e", 3_000));
  return transport;
}

describe("a cursor", () => {
  it("gives the records of messages and frames, one limit after another, and knows when there are no more", async () => {
    for (const records of [1, 2, 3, 4, 100]) {
      const cursor = cursorOn(filled());
      expect(await takeAll(cursor, { records })).toBe("abcde");
      const last = await take(cursor);
      expect([last.atTip, last.ended]).toEqual([true, false]);
      cursor.close();
    }
  });

  it("says of a closed shard that there is no more only when nothing is on its way", async () => {
    const transport = filled();
    const cursor = cursorOn(transport);
    await takeAll(cursor);
    transport.stall();
    transport.store(recordMessage("f", 4_000));
    expect(await takeAll(cursor, { isClosed: true })).toBe("f");
  });

  it("begins to read as soon as the broker can be reached", async () => {
    const transport = filled();
    transport.isReachable = false;
    const cursor = cursorOn(transport);
    const taken = take(cursor);
    setTimeout(() => {
      transport.isReachable = true;
    }, 20);
    expect(texts(await taken)).toBe("abcde");
    transport.isReachable = false;
    cursor.close();
    await expect(
      cursor.take({ records: 1, bytes: 1, waitMs: 5, isClosed: false }, deadlineIn(60)),
    ).rejects.toMatchObject({
      code: "connection-lost",
    });
  });

  it("can be left and taken up by another at its position", async () => {
    const transport = filled();
    let position = cursorOn(transport).position();
    let all = "";
    for (let reads = 0; reads < 5; reads++) {
      const cursor = cursorOn(transport, position);
      all += texts(await take(cursor, { records: 1 }));
      position = cursor.position();
      cursor.close();
    }
    expect(all).toBe("abcde");
  });

  it("gives a record that is larger than the limit alone, and no other beyond it", async () => {
    const transport = new MemoryTransport();
    for (const text of ["xxxxx", "yy", "zz", "v"]) transport.store(recordMessage(text));
    const cursor = cursorOn(transport);
    const given: string[] = [];
    for (let reads = 0; reads < 3; reads++) given.push(texts(await take(cursor, { bytes: 4 })));
    expect(given).toEqual(["xxxxx", "yyzz", "v"]);
  });

  it("begins at the first record that arrived at a time, and does not drop later ones whose clock was behind", async () => {
    const transport = filled();
    transport.store(recordMessage("f", 1_500));
    expect(await takeAll(cursorOn(transport, { type: "time", timeMs: 2_001 }))).toBe("ef");
    expect(await takeAll(cursorOn(transport, { type: "time", timeMs: 2_000 }))).toBe("bcdef");
    const cursor = cursorOn(transport, { type: "time", timeMs: 9_000 });
    expect(await takeAll(cursor)).toBe("");
    transport.store(recordMessage("g", 8_999));
    expect(await takeAll(cursor)).toBe("g");
  });

  it("hides what has been trimmed", async () => {
    expect(await takeAll(cursorOn(filled(), OLDEST, 2_000))).toBe("bcde");
    expect(await takeAll(cursorOn(filled(), { type: "record", offset: 0, index: 0 }, 2_500))).toBe("e");
  });

  it("ends at the first end of the shard, whatever lies behind it", async () => {
    const transport = filled();
    transport.store(endMessage());
    transport.store(recordMessage("behind"));
    transport.store(endMessage());
    const cursor = cursorOn(transport);
    const taken = await take(cursor);
    expect([texts(taken), taken.ended]).toEqual(["abcde", true]);
    expect((await take(cursor)).ended).toBe(true);
    expect(transport.readers).toBe(0);
  });

  it("goes on where it was when the connection is lost", async () => {
    const transport = filled();
    const cursor = cursorOn(transport);
    expect(texts(await take(cursor, { records: 2 }))).toBe("ab");
    transport.loseReaders();
    expect(await takeAll(cursor, { records: 1 })).toBe("cde");
    transport.loseReaders();
    transport.store(recordMessage("f"));
    expect(await takeAll(cursor)).toBe("f");
    cursor.close();
  });

  it("writes one mark to learn where the end is, and then none", async () => {
    const transport = new MemoryTransport();
    const cursor = cursorOn(transport);
    for (let polls = 0; polls < 5; polls++) expect((await take(cursor)).atTip).toBe(true);
    expect(transport.messages).toHaveLength(1);
    transport.store(recordMessage("a"));
    expect(await takeAll(cursor)).toBe("a");
    expect(transport.messages).toHaveLength(2);
    cursor.close();
  });

  it("does not wait for what it has read, when a record came just before its mark", async () => {
    const transport = new MemoryTransport();
    let isFirst = true;
    transport.fate = ({ kind }) => {
      if (kind === "mark" && isFirst) transport.store(recordMessage("late"));
      isFirst = false;
      return "stored";
    };
    const options = { stream: "s", transport, position: OLDEST, trimmedBefore: () => 0 };
    const cursor = new ShardCursor({ ...options, knownTip: () => transport.messages.length - 1 });
    expect(texts(await take(cursor))).toBe("late");
    const startMs = performance.now();
    expect(await take(cursor)).toMatchObject({ runs: [], atTip: true });
    expect(performance.now() - startMs).toBeLessThan(1_000);
    cursor.close();
  });

  it("takes what has come for all that there is where it may not write", async () => {
    const transport = filled();
    transport.publish = () => Promise.reject(Object.assign(new Error("ACCESS_REFUSED"), { code: 403 }));
    expect(await takeAll(cursorOn(transport))).toBe("abcde");
  });
});
