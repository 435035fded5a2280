import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextLease } from "./group-plan.ts";
import { applyGroupCommand, isReadable, parseGroupCommand, type GroupCommand, type GroupState } from "./group-state.ts";

function group(...shardIds: string[]): GroupState {
  const state: GroupState = new Map();
  const leases = shardIds.map((shardId) => ({ shardId, parents: [], start: "oldest" as const }));
  apply(state, { type: "begin", worker: "w", leases });
  return state;
}

/** As it comes off the log. */
function apply(state: GroupState, command: GroupCommand): boolean {
  const parsed = parseGroupCommand(JSON.parse(JSON.stringify(command)));
  if (parsed === undefined) throw new Error(`${command.type} is not read`);
  return applyGroupCommand(state, parsed);
}

describe("a lease", () => {
  it("is taken by the first who has seen its last change", () => {
    const state = group("s0");
    expect(apply(state, { type: "take", worker: "a", shardId: "s0", counter: 0 })).toBe(true);
    expect(apply(state, { type: "take", worker: "b", shardId: "s0", counter: 0 })).toBe(false);
    expect(state.get("s0")?.owner).toBe("a");
    expect(apply(state, { type: "take", worker: "b", shardId: "s0", counter: 1 })).toBe(true);
  });

  it("takes checkpoints of its owner only", () => {
    const state = group("s0");
    apply(state, { type: "take", worker: "a", shardId: "s0", counter: 0 });
    expect(apply(state, { type: "checkpoint", worker: "a", shardId: "s0", sequenceNumber: "5" })).toBe(true);
    apply(state, { type: "take", worker: "b", shardId: "s0", counter: 1 });
    expect(apply(state, { type: "checkpoint", worker: "a", shardId: "s0", sequenceNumber: "6" })).toBe(false);
    expect(state.get("s0")?.checkpoint).toBe("5");
  });

  it("of a child waits for all parents that the group has", () => {
    const state = group("s0", "s1");
    const child = { shardId: "s2", parents: ["s0", "s1", "long gone"], start: "oldest" as const };
    for (const shardId of ["s0", "s1"]) apply(state, { type: "take", worker: "a", shardId, counter: 0 });
    expect(apply(state, { type: "finish", worker: "b", shardId: "s0", children: [child] })).toBe(false);
    apply(state, { type: "finish", worker: "a", shardId: "s0", children: [child] });
    const readable = (): boolean =>
      [...state.values()].some((lease) => lease.shardId === "s2" && isReadable(state, lease));
    expect(readable()).toBe(false);
    apply(state, { type: "finish", worker: "a", shardId: "s1", children: [child] });
    expect(readable()).toBe(true);
  });

  it("of a child waits for a parent that the group does not have yet", () => {
    const state = group("s0", "s1");
    for (const shardId of ["s0", "s1"]) apply(state, { type: "take", worker: "a", shardId, counter: 0 });
    const start = "oldest" as const;
    const merged = { shardId: "s4", parents: ["s2", "s3"], start };
    // s0 becomes s2, s1 becomes s3, and the two are merged.
    apply(state, {
      type: "finish",
      worker: "a",
      shardId: "s0",
      children: [{ shardId: "s2", parents: ["s0"], start }],
    });
    apply(state, { type: "take", worker: "a", shardId: "s2", counter: 0 });
    apply(state, { type: "finish", worker: "a", shardId: "s2", children: [merged] });
    const readable = (): string[] =>
      [...state.values()].filter((lease) => isReadable(state, lease)).map(({ shardId }) => shardId);
    expect(readable()).toEqual(["s1"]);
    apply(state, {
      type: "finish",
      worker: "a",
      shardId: "s1",
      children: [{ shardId: "s3", parents: ["s1"], start }],
    });
    expect(readable()).toEqual(["s3"]);
    apply(state, { type: "take", worker: "a", shardId: "s3", counter: 0 });
    apply(state, { type: "finish", worker: "a", shardId: "s3", children: [merged] });
    expect(readable()).toEqual(["s4"]);
  });

  it("goes to the worker that has asked for it when its owner gives it, and not before", () => {
    const state = group("s0");
    expect(apply(state, { type: "ask", worker: "b", shardId: "s0", counter: 0 })).toBe(false);
    apply(state, { type: "take", worker: "a", shardId: "s0", counter: 0 });
    expect(apply(state, { type: "ask", worker: "b", shardId: "s0", counter: 0 })).toBe(false);
    expect(apply(state, { type: "ask", worker: "b", shardId: "s0", counter: 1 })).toBe(true);
    expect(apply(state, { type: "checkpoint", worker: "a", shardId: "s0", sequenceNumber: "5" })).toBe(true);
    apply(state, { type: "release", worker: "a", shardId: "s0" });
    expect(state.get("s0")).toMatchObject({ owner: "b", askedBy: undefined, counter: 2, checkpoint: "5" });
    expect(apply(state, { type: "release", worker: "a", shardId: "s0" })).toBe(false);
  });

  it("whose owner has died is free, whoever has asked for it", () => {
    const state = group("s0");
    apply(state, { type: "take", worker: "dead", shardId: "s0", counter: 0 });
    apply(state, { type: "ask", worker: "b", shardId: "s0", counter: 1 });
    expect(nextLease(state, "c", new Set(["b", "c"]))).toMatchObject({ type: "take", lease: { shardId: "s0" } });
  });

  it("is free after its release", () => {
    const state = group("s0", "s1");
    for (const shardId of ["s0", "s1"]) apply(state, { type: "take", worker: "a", shardId, counter: 0 });
    apply(state, { type: "release", worker: "a", shardId: "s0" });
    expect([...state.values()].map(({ owner }) => owner)).toEqual([undefined, "a"]);
    apply(state, { type: "release", worker: "a", shardId: undefined });
    expect([...state.values()].map(({ owner }) => owner)).toEqual([undefined, undefined]);
  });
});

it("a group begins once, and its state can be written down whole", () => {
  const state = group("s0");
  expect(apply(state, { type: "begin", worker: "b", leases: [] })).toBe(false);
  apply(state, { type: "take", worker: "a", shardId: "s0", counter: 0 });
  const other = group("x");
  apply(other, { type: "state", worker: "a", leases: [...state.values()] });
  expect(other).toEqual(state);
});

it("anything else on the log is no command", () => {
  fc.assert(fc.property(fc.jsonValue(), (data) => void parseGroupCommand(data)));
  for (const data of [null, {}, { type: "take" }, { type: "take", worker: "a", shardId: 1, counter: 0 }]) {
    expect(parseGroupCommand(data)).toBeUndefined();
  }
});

describe("workers", () => {
  it("come to fair shares from any beginning, and then leave each other alone", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(fc.nat()),
        (shards, count, dice) => {
          const state = group(...Array.from({ length: shards }, (_, index) => `s${index}`));
          const workers = Array.from({ length: count }, (_, index) => `w${index}`);
          const alive = new Set(workers);
          for (const [shardId, { counter }] of state) {
            const worker = ["dead", ...workers][dice.next().value % (count + 1)] ?? "dead";
            apply(state, { type: "take", worker, shardId, counter });
          }
          let moves = 0;
          for (let idle = 0; idle < count;) {
            const worker = workers[moves++ % count] ?? "";
            const next = nextLease(state, worker, alive);
            idle = next === undefined ? idle + 1 : 0;
            if (next !== undefined) {
              const { shardId, counter } = next.lease;
              expect(apply(state, { type: next.type, worker, shardId, counter })).toBe(true);
              expect(next.type === "take" || alive.has(next.lease.owner ?? "")).toBe(true);
            }
            // An owner hands over some time later.
            for (const { shardId, owner = "", askedBy } of state.values()) {
              if (askedBy !== undefined && dice.next().value % 2 === 0)
                apply(state, { type: "release", worker: owner, shardId });
            }
            expect(moves).toBeLessThan(500);
          }
          for (const { shardId, owner = "", askedBy } of state.values()) {
            if (askedBy !== undefined) apply(state, { type: "release", worker: owner, shardId });
          }
          const held = workers.map((worker) => [...state.values()].filter(({ owner }) => owner === worker).length);
          expect(held.reduce((sum, one) => sum + one, 0)).toBe(shards);
          expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 100 },
    );
  });
});
