import { deadlineIn, RabbitError } from "@warrenmq/core/internal";
import { describe, expect, it } from "vitest";
import { endMessage, MemoryTransport, recordMessage } from "./memory-transport.test.support.ts";
import { ShardWriter, type Appended } from "./shard-writer.ts";

function writerOn(transport: MemoryTransport, onAttached: () => Promise<void> = () => Promise.resolve()): ShardWriter {
  return new ShardWriter({ stream: "s", transport, onAttached });
}

function append(writer: ShardWriter, text: string, timeoutMs = 2_000): Promise<Appended> {
  return writer.append(recordMessage(text), deadlineIn(timeoutMs));
}

function stored(transport: MemoryTransport): string[] {
  return transport.messages.flatMap(({ kind, content }) => (kind === "mark" ? [] : [content.toString()]));
}

describe("an append", () => {
  it("resolves with the offset at which the message lies, also among those of others", async () => {
    const transport = new MemoryTransport();
    transport.store(recordMessage("there before"));
    const writer = writerOn(transport);
    const first = append(writer, "a");
    transport.store(recordMessage("another's"));
    expect((await first).offset).toBe(2);
    const offsets = await Promise.all(["b", "c", "d"].map((text) => append(writer, text)));
    expect(offsets.map(({ offset }) => offset)).toEqual([3, 4, 5]);
    expect(stored(transport).slice(2)).toEqual(["a", "b", "c", "d"]);
    writer.close();
  });

  it("behind the shard's end says so, and before it does not", async () => {
    const transport = new MemoryTransport();
    const writer = writerOn(transport);
    expect((await append(writer, "a")).behindEnd).toBe(false);
    transport.store(endMessage());
    expect((await append(writer, "b")).behindEnd).toBe(true);
    transport.store(endMessage());
    expect((await append(writer, "c")).behindEnd).toBe(true);
    writer.close();
  });

  it("writes nothing when the shard must not be written to", async () => {
    const transport = new MemoryTransport();
    const writer = writerOn(transport, () => Promise.reject(new Error("moved")));
    await expect(append(writer, "a")).rejects.toThrow("moved");
    expect(transport.messages).toEqual([]);
    expect(transport.readers).toBe(0);
  });

  it("fails at its deadline when nobody answers", async () => {
    const transport = new MemoryTransport();
    transport.isReachable = false;
    const writer = writerOn(transport);
    await expect(append(writer, "a", 200)).rejects.toMatchObject({ code: "timeout" });
    transport.isReachable = true;
    expect((await append(writer, "b")).offset).toBe(0);
    writer.close();
  });
});

describe("when the connection is lost", () => {
  it("a message that was stored is found, and not written again", async () => {
    const transport = new MemoryTransport();
    const writer = writerOn(transport);
    await append(writer, "a");
    transport.loseReaders();
    transport.fate = ({ kind }) => (kind === "mark" ? "stored" : "stored-and-lost");
    expect(await append(writer, "b")).toMatchObject({ offset: 1 });
    expect(stored(transport)).toEqual(["a", "b"]);
    writer.close();
  });

  it("messages that were not stored are written again, in their order", async () => {
    const transport = new MemoryTransport();
    const writer = writerOn(transport);
    await append(writer, "a");
    let losses = 0;
    transport.fate = ({ kind }) => (kind === "record" && losses++ < 3 ? "lost" : "stored");
    const appended = await Promise.all(["b", "c", "d"].map((text) => append(writer, text)));
    expect(stored(transport)).toEqual(["a", "b", "c", "d"]);
    expect(appended.map(({ offset }) => transport.messages[offset]?.content.toString())).toEqual(["b", "c", "d"]);
    writer.close();
  });

  it("again and again, every message is stored once", async () => {
    const transport = new MemoryTransport();
    const writer = writerOn(transport);
    let dice = 0;
    transport.fate = () => {
      dice++;
      if (dice % 7 === 0) transport.loseReaders();
      return dice % 5 === 0 ? "lost" : dice % 3 === 0 ? "stored-and-lost" : "stored";
    };
    const texts = Array.from({ length: 40 }, (_, index) => `m${index}`);
    const appended = await Promise.all(texts.map((text) => append(writer, text, 10_000)));
    expect(stored(transport).toSorted()).toEqual(texts.toSorted());
    expect(appended.map(({ offset }) => transport.messages[offset]?.content.toString())).toEqual(texts);
    writer.close();
  });

  it("while the shard is being looked up, reading begins again", async () => {
    const transport = new MemoryTransport();
    let losses = 0;
    const writer = writerOn(transport, async () => {
      if (losses++ < 2) transport.loseReaders();
    });
    expect(await append(writer, "a")).toMatchObject({ offset: 0 });
    expect(transport.readsFrom).toHaveLength(3);
    writer.close();
  });

  it("reading goes on behind what was seen last", async () => {
    const transport = new MemoryTransport();
    const writer = writerOn(transport);
    await append(writer, "a");
    await append(writer, "b");
    transport.loseReaders();
    await append(writer, "c");
    expect(transport.readsFrom).toEqual([{ type: "last" }, { type: "offset", offset: 2 }]);
    writer.close();
  });
});

it("a closed writer rejects what is under way and what comes", async () => {
  const transport = new MemoryTransport();
  transport.fate = () => "lost";
  const writer = writerOn(transport);
  const under = append(writer, "a");
  writer.close(new RabbitError("not-found", "gone"));
  await expect(under).rejects.toMatchObject({ code: "not-found" });
  await expect(append(writer, "b")).rejects.toMatchObject({ code: "not-found" });
  expect(writer.isOpen()).toBe(false);
});
