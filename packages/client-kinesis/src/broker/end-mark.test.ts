import { deadlineIn } from "@warrenmq/core/internal";
import { describe, expect, it } from "vitest";
import { sureStart } from "./end-mark.ts";
import { MemoryTransport, recordMessage } from "./memory-transport.test.support.ts";
import type { ReadFrom } from "./stream-transport.ts";

const A_MINUTE_AGO: ReadFrom = { type: "time", timeMs: Date.now() - 60_000 };

describe("a reading that begins at a time", () => {
  it("misses no message that is stored while the broker looks for that time", async () => {
    const transport = new MemoryTransport();
    transport.store(recordMessage("old", Date.now() - 120_000));
    const from = await sureStart(transport, "s", A_MINUTE_AGO, deadlineIn(2_000));
    transport.afterLookUp = () => transport.store(recordMessage("new"));
    const texts: string[] = [];
    await new Promise<void>((resolve) => {
      const onMessage = ({ kind, content }: { kind: string; content: Buffer }): void => {
        if (kind === "record") texts.push(content.toString());
        if (texts.includes("newer")) resolve();
      };
      void transport
        .read("s", { from, window: 10, onMessage, onEnd: () => resolve() })
        .then(() => transport.store(recordMessage("newer")));
    });
    expect(texts).toEqual(["new", "newer"]);
  });

  it("begins at the first message where no mark can be written", async () => {
    const transport = new MemoryTransport();
    transport.fate = () => "lost";
    expect(await sureStart(transport, "s", A_MINUTE_AGO, deadlineIn(150))).toEqual({ type: "first" });
  });

  it("needs no mark anywhere else", async () => {
    const transport = new MemoryTransport();
    for (const from of [{ type: "first" }, { type: "last" }, { type: "offset", offset: 3 }] as const) {
      expect(await sureStart(transport, "s", from, deadlineIn(150))).toBe(from);
    }
    expect(transport.messages).toEqual([]);
  });
});
