import * as fc from "fast-check";
import { expect, it } from "vitest";
import { QUEUE_FOLD, type QueueCommand, type QueueState } from "./queue-registry.ts";
import { QUEUE_SNAPSHOT } from "./queue-snapshot.ts";

const name = fc.constantFrom("orders", "invoices", "__proto__", "jobs.fifo");
const map = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
const fifo = { partitions: 4, deduplicationScope: "queue" as const };
const command: fc.Arbitrary<QueueCommand> = fc.oneof(
  fc.record({ type: fc.constant("create-queue" as const), name, attributes: map, tags: map }),
  fc.record({ type: fc.constant("create-queue" as const), name, attributes: map, tags: map, fifo: fc.constant(fifo) }),
  fc.record({
    type: fc.constantFrom("adopt-queue" as const, "delete-queue" as const, "forget-queue" as const),
    name,
  }),
  fc.record({ type: fc.constant("purge-queue" as const), name }),
  fc.record({ type: fc.constant("offer-receipt-key" as const), name: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/) }),
  fc.record({ type: fc.constant("set-attributes" as const), name, attributes: map, removed: fc.array(fc.string()) }),
  fc.record({ type: fc.constant("tag-queue" as const), name, tags: map }),
);
const record = fc.record({ command, at: fc.nat(10_000_000) });

function fold(state: QueueState, records: readonly { command: QueueCommand; at: number }[]): unknown[] {
  return records.map(({ command: next, at }, index) => QUEUE_FOLD.apply(state, next, { id: String(index), at }));
}

function reloaded(state: QueueState): QueueState | undefined {
  return QUEUE_SNAPSHOT.load(JSON.parse(JSON.stringify(QUEUE_SNAPSHOT.dump(state))));
}

it("gives the same state and the same outcomes as the commands before it", () => {
  fc.assert(
    fc.property(fc.array(record), fc.array(record), (before, after) => {
      const state = QUEUE_FOLD.initial();
      fold(state, before);
      const loaded = reloaded(state);
      if (loaded === undefined) throw new Error("the snapshot was not read");
      expect(loaded).toEqual(state);
      expect(fold(loaded, after)).toEqual(fold(state, after));
      expect(loaded).toEqual(state);
    }),
  );
});

it("is not read from anything else", () => {
  const queue = { name: "orders", attributes: {}, tags: {}, createdAt: 1, modifiedAt: 1 };
  const valid = { queues: [queue], deletedAt: [], purgedAt: [["orders", 1]] };
  expect(QUEUE_SNAPSHOT.load(valid)?.queues.get("orders")).toEqual(queue);
  for (const other of [
    null,
    [],
    {},
    { ...valid, queues: [{ ...queue, createdAt: "1" }] },
    { ...valid, queues: [{ ...queue, fifo: {} }] },
    { ...valid, purgedAt: [["orders"]] },
  ]) {
    expect(QUEUE_SNAPSHOT.load(other)).toBeUndefined();
  }
});

it("does not keep the names of queues that were deleted long ago", () => {
  const state = QUEUE_FOLD.initial();
  const hourMs = 3_600_000;
  fold(state, [
    { command: { type: "delete-queue", name: "old" }, at: 0 },
    { command: { type: "delete-queue", name: "recent" }, at: hourMs - 1 },
    { command: { type: "delete-queue", name: "new" }, at: hourMs },
  ]);
  expect([...state.deletedAt.keys()]).toEqual(["recent", "new"]);
});
