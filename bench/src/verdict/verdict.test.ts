import { describe, expect, it } from "vitest";
import { parseCloudWatch } from "../workload/cloudwatch.ts";
import { needOfSeries, needOfShards } from "./need.ts";
import { judgeFit } from "./verdict.ts";
import type { Capacity } from "./verdict.ts";

const capacity: Capacity = {
  target: "stream",
  recordsPerSecond: 12_400,
  recordBytes: 1_049,
  shards: 4,
  groups: 2,
  wasSustained: true,
  isFloor: false,
  coresBusy: 0.5,
  eventLoop: 0.5,
};

describe("the verdict", () => {
  it("is a headroom where the peak fits", () => {
    const verdict = judgeFit(needOfShards(4), capacity);
    expect(verdict).toMatchObject({ fits: true, text: "fits with 3.1× headroom", nodesNeeded: 3, shardsNeeded: 3 });
  });

  it("warns where it fits only just", () => {
    expect(judgeFit(needOfShards(10), capacity).text).toMatch(/^fits with 1\.2× headroom, less than the 2×/u);
  });

  it("says what is missing where it does not fit, and how much is needed", () => {
    const verdict = judgeFit(needOfShards(50), capacity);
    expect(verdict).toMatchObject({ fits: false, limit: "records/s", nodesNeeded: 9 });
    expect(verdict.text).toBe("does not fit: the peak is 50,000 records/s, and this broker sustained 12,400 (0.2×)");
  });

  it("looks at bytes where records are large", () => {
    const need = { ...needOfShards(1), peakRecordsPerSecond: 100, peakBytesPerSecond: 26e6 };
    const verdict = judgeFit(need, { ...capacity, recordBytes: 1_000 });
    expect(verdict).toMatchObject({ fits: false, limit: "bytes/s" });
    expect(verdict.notes.join()).toMatch(/Your records have 260,000 B on average, those that were measured 1,000 B/u);
  });

  it("does not take a load that was low for a limit", () => {
    const { text } = judgeFit(needOfShards(50), { ...capacity, isFloor: true });
    expect(text).toMatch(/^not shown: .* \(use 'rate: search'\)$/u);
  });

  it("says when it was the load that could not do more", () => {
    expect(judgeFit(needOfShards(1), { ...capacity, eventLoop: 0.99 }).limitedBy).toMatch(/event loop/u);
    expect(judgeFit(needOfShards(1), { ...capacity, coresBusy: 0.97 }).limitedBy).toMatch(/CPU of this machine/u);
  });

  it("counts disk for all replicas over the whole retention", () => {
    const need = {
      ...needOfShards(1),
      meanBytesPerSecond: 1_000_000,
      peakBytesPerSecond: 64_000,
      peakRecordsPerSecond: 1_000,
    };
    // Records of 64 B take as much again beside themselves; one shard has a segment that is not full.
    const { diskBytes } = judgeFit({ ...need, retentionHours: 24 }, capacity);
    expect(diskBytes).toBe((2_000_000 * 86_400 + 100e6) * 3);
  });
});

describe("a need from metrics", () => {
  it("has the peaks of the periods, and the mean over all of the time", () => {
    const text = [
      "time,IncomingBytes,IncomingRecords,GetRecords.Bytes",
      "2026-05-01T10:00:00Z,60000,600,120000",
      "2026-05-01T10:01:00Z,600000,1200,60000",
      "2026-05-01T10:03:00Z,60000,60,60000",
    ].join("\n");
    expect(needOfSeries(parseCloudWatch(text, "m.csv"), "m.csv", { retentionHours: 48 })).toMatchObject({
      peakBytesPerSecond: 10_000,
      peakRecordsPerSecond: 20,
      peakReadBytesPerSecond: 2_000,
      meanBytesPerSecond: 3_000,
      retentionHours: 48,
    });
  });

  it("needs bytes and records", () => {
    const text = "time,IncomingBytes\n2026-05-01T10:00:00Z,60000";
    expect(() => needOfSeries(parseCloudWatch(text, "m.csv"), "m.csv")).toThrow(
      /needs IncomingBytes and IncomingRecords/u,
    );
  });
});
