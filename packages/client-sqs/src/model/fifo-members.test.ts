import { expect, test } from "vitest";
import { FifoMembers } from "./fifo-members.ts";

const PARTITIONS = Array.from({ length: 64 }, (_, index) => index);

function owners(members: FifoMembers, nowMs: number): (string | undefined)[] {
  return PARTITIONS.map((partition) => members.ownerOf(partition, nowMs));
}

test("partitions without a receiver have no owner", () => {
  expect(new FifoMembers().ownerOf(0, 0)).toBeUndefined();
});

test("partitions are spread over the processes, and only those of a process that goes change hands", () => {
  const members = new FifoMembers();
  for (const process of ["p1", "p2", "p3"]) members.seen(process, 0);
  const before = owners(members, 0);
  for (const process of ["p1", "p2", "p3"]) {
    expect(before.filter((owner) => owner === process).length).toBeGreaterThan(8);
  }
  members.left("p3");
  const after = owners(members, 0);
  for (const [index, owner] of before.entries()) if (owner !== "p3") expect(after[index]).toBe(owner);
  expect(after).not.toContain("p3");
});

test("a process that is silent for five seconds does not count", () => {
  const members = new FifoMembers();
  members.seen("p1", 0);
  members.seen("p2", 4_000);
  expect(new Set(owners(members, 6_000))).toEqual(new Set(["p2"]));
});
