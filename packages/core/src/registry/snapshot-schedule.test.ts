import { describe, expect, it } from "vitest";
import { SnapshotSchedule } from "./snapshot-schedule.ts";

describe("a snapshot", () => {
  it("is due when the log has grown by 2,000 records since the newest", () => {
    const schedule = new SnapshotSchedule();
    expect([schedule.isDue(-1, 0), schedule.isDue(1_998, 0), schedule.isDue(1_999, 0)]).toEqual([false, false, true]);
    schedule.taken(1_999);
    expect([schedule.isDue(3_998, 0), schedule.isDue(3_999, 0)]).toEqual([false, true]);
  });

  it("is written by the first who claims it", () => {
    const schedule = new SnapshotSchedule();
    expect([schedule.accepts(2_000, 0), schedule.accepts(2_001, 0), schedule.accepts(2_249, 0)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(schedule.isDue(2_100, 0)).toBe(false);
  });

  it("is claimed again when the first claimer has not written it 250 records later", () => {
    const schedule = new SnapshotSchedule();
    schedule.accepts(2_000, 0);
    expect(schedule.isDue(2_250, 0)).toBe(true);
    expect(schedule.accepts(2_250, 0)).toBe(true);
  });

  it("is claimed again a minute after its first claimer should have written it", () => {
    const schedule = new SnapshotSchedule();
    schedule.accepts(2_000, 5_000);
    expect([schedule.isDue(2_001, 64_999), schedule.isDue(2_001, 65_000)]).toEqual([false, true]);
    expect([schedule.accepts(2_001, 65_000), schedule.accepts(2_002, 65_001)]).toEqual([true, false]);
  });

  it("is due at once when the log turned out to be another one", () => {
    const schedule = new SnapshotSchedule();
    schedule.taken(50_000);
    schedule.restarted();
    expect(schedule.isDue(3, 0)).toBe(true);
    expect(schedule.accepts(4, 0)).toBe(true);
    expect(schedule.isDue(5, 0)).toBe(false);
  });
});

it("two processes that start reading at different places agree which claim decides", () => {
  const claims = [1_999, 2_000, 2_100, 2_260, 4_100, 4_101];
  const fromTheFirstRecord = new SnapshotSchedule();
  const accepted = claims.filter((offset) => fromTheFirstRecord.accepts(offset, 0));
  expect(accepted).toEqual([1_999, 2_260, 4_100]);
  const fromASnapshot = new SnapshotSchedule();
  fromASnapshot.taken(1_999);
  expect(claims.slice(1).filter((offset) => fromASnapshot.accepts(offset, 0))).toEqual([2_260, 4_100]);
});
