import { describe, expect, it } from "vitest";
import { resolveWorkload } from "../workload/parse-workload.ts";
import { compareReports } from "./compare-reports.ts";
import { RUN_REPORT_VERSION } from "./run-report.ts";
import type { Metric, RunReport } from "./run-report.ts";

describe("compareReports", () => {
  it("finds a rate that fell beyond its tolerance and its noise", () => {
    const compared = compareReports(
      report({ confirmedPerSecond: [100, 102, 99] }),
      report({ confirmedPerSecond: [70, 72, 71] }),
    );
    expect(compared).toMatchObject({
      isRegression: true,
      metrics: [{ metric: "confirmedPerSecond", change: "worse" }],
    });
  });

  it("does not call what is within the noise a regression, nor the same", () => {
    const compared = compareReports(
      report({ confirmedPerSecond: [60, 150, 100] }),
      report({ confirmedPerSecond: [110, 50, 70] }),
    );
    expect(compared).toMatchObject({ isRegression: false, metrics: [{ change: "unclear" }] });
  });

  it("takes what is certain but within the tolerance for the same", () => {
    const compared = compareReports(report({ sendP99Ms: [10, 10.1, 10.05] }), report({ sendP99Ms: [11, 11.1, 11.05] }));
    expect(compared).toMatchObject({ isRegression: false, metrics: [{ change: "same" }] });
  });

  it("knows which way is better", () => {
    const compared = compareReports(
      report({ sendP99Ms: [10, 11, 10], confirmedPerSecond: [100, 101, 100] }),
      report({ sendP99Ms: [5, 5, 5], confirmedPerSecond: [200, 201, 200] }),
    );
    expect(compared.metrics.map(({ change }) => change)).toEqual(["better", "better"]);
  });

  it("is a regression when a target passes no longer, and a warning when the loads differ", () => {
    const compared = compareReports(report({}), report({}, false, 500));
    expect(compared).toMatchObject({ broken: ["stream"], isRegression: true });
    expect(compared.warnings).toContain(
      `the workload's record differs: ${JSON.stringify({ type: "fixed", bytes: 100 })} and ${JSON.stringify({ type: "fixed", bytes: 500 })}`,
    );
  });

  it("warns when the machine was doing something else", () => {
    const [a, b] = [report({}), report({})];
    const busy = { ...b, machine: { ...b.machine, load: 7.25 } };
    expect(compareReports(a, busy).warnings).toEqual([
      "when the second began, other work kept the machine busy (load 7.3 on 2 cores): its figures are disturbed",
    ]);
  });

  it("names the targets that are in one report only", () => {
    const [a, b] = [report({ confirmedPerSecond: [100, 101] }), report({})];
    const other = { ...b, targets: b.targets.map((target) => ({ ...target, target: "sqs" })) };
    expect(compareReports(a, other).warnings).toEqual(["only the first has stream", "only the second has sqs"]);
  });
});

function report(values: { readonly [name in Metric]?: readonly number[] }, pass = true, bytes = 100): RunReport {
  const summary = Object.fromEntries(
    Object.entries(values).map(([name, of]) => [
      name,
      { median: of[0] ?? 0, min: Math.min(...of), max: Math.max(...of), values: of },
    ]),
  );
  return {
    schemaVersion: RUN_REPORT_VERSION,
    kind: "run",
    startedAt: "",
    commit: null,
    machine: { cpu: "", cores: 2, memoryGiB: 1, os: "", node: "v20", load: 0 },
    broker: null,
    workload: resolveWorkload({ record: { type: "fixed", bytes } }, "."),
    complete: true,
    pass,
    targets: [{ target: "stream", title: "", pass, summary, runs: [] }],
  };
}
