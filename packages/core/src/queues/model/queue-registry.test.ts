import { describe, expect, it } from "vitest";
import {
  QUEUE_FOLD,
  sentTimestampFor,
  type QueueCommand,
  type QueueOutcome,
  type QueueState,
} from "./queue-registry.ts";

const create = (name: string, attributes = {}): QueueCommand => ({ type: "create-queue", name, attributes, tags: {} });

function fold(commands: readonly (readonly [at: number, command: QueueCommand])[]): {
  state: QueueState;
  outcomes: string[];
  last: QueueOutcome | undefined;
} {
  const state = QUEUE_FOLD.initial();
  const outcomes = commands.map(([at, command], index) => QUEUE_FOLD.apply(state, command, { id: String(index), at }));
  return { state, outcomes: outcomes.map(({ type }) => type), last: outcomes.at(-1) };
}

const KEY = "a".repeat(22);

describe("the key of receipt handles", () => {
  it("is the first one that is offered", () => {
    const offers = [
      [1, { type: "offer-receipt-key", name: KEY }],
      [2, { type: "offer-receipt-key", name: "b".repeat(22) }],
    ] as const;
    expect(fold(offers).state.receiptKey).toBe(KEY);
  });

  it("is nothing else", () => {
    for (const name of ["", "a", `${KEY}a`, `${KEY.slice(1)}\n`]) {
      expect(QUEUE_FOLD.parse({ type: "offer-receipt-key", name })).toBeUndefined();
    }
  });
});

describe("creating", () => {
  it("is won by whoever comes first in the log; the others see what is there", () => {
    const { last } = fold([
      [1, create("q", { VisibilityTimeout: "5" })],
      [2, create("q", { VisibilityTimeout: "6" })],
    ]);
    expect(last).toMatchObject({ type: "exists", queue: { attributes: { VisibilityTimeout: "5" }, createdAt: 1 } });
  });

  it("is refused for 60 seconds after a deletion of that name", () => {
    const deleted = [
      [0, create("q")],
      [1_000, { type: "delete-queue", name: "q" }],
    ] as const;
    expect(fold([...deleted, [60_999, create("q")]]).last).toEqual({ type: "deleted-recently" });
    expect(fold([...deleted, [61_000, create("q")]]).last).toEqual({ type: "applied" });
  });

  it("is not refused when the queue had only been forgotten", () => {
    const { outcomes } = fold([
      [0, create("q")],
      [1, { type: "forget-queue", name: "q" }],
      [2, create("q")],
    ]);
    expect(outcomes).toEqual(["applied", "applied", "applied"]);
  });
});

describe("purging", () => {
  it("is allowed once in 60 seconds", () => {
    const { outcomes } = fold([
      [0, create("q")],
      [0, { type: "purge-queue", name: "q" }],
      [59_999, { type: "purge-queue", name: "q" }],
      [60_000, { type: "purge-queue", name: "q" }],
    ]);
    expect(outcomes.slice(1)).toEqual(["applied", "purge-in-progress", "applied"]);
  });
});

describe("changing", () => {
  it("sets and removes attributes, and notes the time", () => {
    const { state } = fold([
      [1, create("q", { DelaySeconds: "1", Policy: "{}" })],
      [2, { type: "set-attributes", name: "q", attributes: { DelaySeconds: "2" }, removed: ["Policy"] }],
    ]);
    expect(state.queues.get("q")).toMatchObject({ attributes: { DelaySeconds: "2" }, createdAt: 1, modifiedAt: 2 });
    expect(state.queues.get("q")?.attributes).not.toHaveProperty("Policy");
  });

  it("of a queue that is not there says so", () => {
    expect(fold([[0, { type: "tag-queue", name: "q", tags: { a: "b" } }]]).last).toEqual({ type: "no-such-queue" });
  });

  it("adds and removes tags", () => {
    const { state } = fold([
      [0, create("q")],
      [0, { type: "tag-queue", name: "q", tags: { a: "1", b: "2" } }],
      [0, { type: "untag-queue", name: "q", keys: ["a", "never"] }],
    ]);
    expect(state.queues.get("q")?.tags).toEqual({ b: "2" });
  });
});

describe("reading a command off the log", () => {
  it.each<unknown>([
    null,
    1,
    [],
    {},
    { type: "create-queue" },
    { type: "create-queue", name: "q", attributes: { a: 1 }, tags: {} },
    { type: "untag-queue", name: "q", keys: [1] },
    { type: "command-of-a-later-version", name: "q" },
  ])("ignores %j", (data) => {
    expect(QUEUE_FOLD.parse(data)).toBeUndefined();
  });

  it("gives what was written", () => {
    const command = create("q", { DelaySeconds: "1" });
    expect(QUEUE_FOLD.parse(JSON.parse(JSON.stringify(command)))).toEqual(command);
  });
});

describe("the SentTimestamp of a message sent now", () => {
  const commands: [number, QueueCommand][] = [[1_000, create("q")]];
  const sentAt = (nowMs: number): number => {
    const { state } = fold(commands);
    const queue = state.queues.get("q");
    if (queue === undefined) throw new Error("no queue");
    return sentTimestampFor(state, queue, nowMs);
  };

  it("is the time of the clock, and never before the queue was created", () => {
    expect([sentAt(5_000), sentAt(10)]).toEqual([5_000, 1_000]);
  });

  it("is never before its last purge", () => {
    commands.push([100_000, { type: "purge-queue", name: "q" }]);
    expect([sentAt(200_000), sentAt(10)]).toEqual([200_000, 100_000]);
  });
});
