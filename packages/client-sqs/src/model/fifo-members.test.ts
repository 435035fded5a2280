import { expect, test } from "vitest";
import { FifoMembers } from "./fifo-members.ts";

function membersOf(...processes: string[]): FifoMembers {
  const members = new FifoMembers();
  for (const process of processes) members.seen(process, 0);
  return members;
}

function countsOf(owners: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return [...counts.values()];
}

test("partitions without a receiver have no owner", () => {
  expect(new FifoMembers().owners(4, 0)).toEqual([]);
});

test.each([
  [1, [4]],
  [2, [2, 2]],
  [4, [1, 1, 1, 1]],
  [6, [1, 1, 1, 1]],
])("four partitions and %i processes: shares of %j", (count, shares) => {
  for (let run = 0; run < 20; run++) {
    const processes = Array.from({ length: count }, (_, index) => `${run}-${index}`);
    expect(countsOf(membersOf(...processes).owners(4, 0))).toEqual(shares);
  }
});

test("all processes agree, in whatever order they heard of each other", () => {
  expect(membersOf("a", "b", "c").owners(8, 0)).toEqual(membersOf("c", "a", "b").owners(8, 0));
});

test("when a process goes, most partitions of the others stay where they are", () => {
  const members = membersOf("a", "b", "c", "d");
  const before = members.owners(64, 0);
  members.left("d");
  const after = members.owners(64, 0);
  const moved = before.filter((owner, index) => owner !== "d" && after[index] !== owner);
  expect(moved.length).toBeLessThan(24);
  expect(after).not.toContain("d");
});

test("a process that is silent for six seconds does not count", () => {
  const members = membersOf("a");
  members.seen("b", 4_000);
  expect(new Set(members.owners(4, 6_001))).toEqual(new Set(["b"]));
});
