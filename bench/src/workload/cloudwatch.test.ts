import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCloudWatch } from "./cloudwatch.ts";
import { WorkloadError } from "./workload-error.ts";

describe("an export of CloudWatch", () => {
  it("is read as get-metric-data prints it, newest first", () => {
    const text = JSON.stringify({
      MetricDataResults: [
        {
          Id: "m1",
          Label: "IncomingBytes",
          Timestamps: ["2026-05-01T10:10:00Z", "2026-05-01T10:05:00Z"],
          Values: [3000, 6000],
          StatusCode: "Complete",
        },
        { Id: "m2", Label: "clicks IncomingRecords", Timestamps: ["2026-05-01T10:05:00Z"], Values: [60] },
        { Id: "m3", Label: "WriteProvisionedThroughputExceeded", Timestamps: [], Values: [] },
      ],
    });
    expect(parseCloudWatch(text, "m.json")).toEqual([
      {
        name: "IncomingBytes",
        periodSeconds: 300,
        points: [
          { timeMs: Date.parse("2026-05-01T10:05:00Z"), sum: 6000 },
          { timeMs: Date.parse("2026-05-01T10:10:00Z"), sum: 3000 },
        ],
      },
      { name: "IncomingRecords", periodSeconds: 60, points: [{ timeMs: Date.parse("2026-05-01T10:05:00Z"), sum: 60 }] },
    ]);
  });

  it("is read as get-metric-statistics prints it, several outputs in a row", () => {
    const series = parseCloudWatch(`${output("IncomingBytes")}\n${output("IncomingRecords")}\n`, "m.json");
    expect(series.map(({ name }) => name)).toEqual(["IncomingBytes", "IncomingRecords"]);
  });

  it("is read as the console downloads it", () => {
    const text = [
      "Full label,clicks IncomingBytes,clicks IncomingRecords",
      "Label,IncomingBytes,IncomingRecords",
      "Statistic,Sum,Sum",
      "2026/05/01 10:00:00,1000,10",
      "2026/05/01 10:01:00,2000,",
      "2026/05/01 10:02:00,500,5",
    ].join("\n");
    const [bytes, records] = parseCloudWatch(text, "m.csv");
    expect(bytes?.points.map(({ sum }) => sum)).toEqual([1000, 2000, 500]);
    expect(records?.points.map(({ sum }) => sum)).toEqual([10, 5]);
    expect(bytes?.periodSeconds).toBe(60);
  });

  it.each([
    ["{", "m is no JSON"],
    ["{}", "not the output of get-metric-data"],
    ["a,b\n1,2", "has no line that begins with a time"],
    ["time,IncomingBytes\n2026-05-01T10:00:00Z,many", '"many" is not a number'],
    ["time,Errors\n2026-05-01T10:00:00Z,1", "has none of the metrics IncomingBytes"],
  ])("%j is refused", (text, message) => {
    expect(() => parseCloudWatch(text, "m")).toThrow(message);
  });

  it("of any text is read, or refused with an error that names the file", () => {
    const json = fc
      .jsonValue()
      .map((value) => JSON.stringify({ MetricDataResults: value, Label: "x", Datapoints: value }));
    const lines = fc.array(fc.array(fc.oneof(fc.string(), fc.constant("2026-05-01")), { maxLength: 4 }), {
      maxLength: 6,
    });
    const csv = lines.map((rows) => rows.map((row) => row.join(",")).join("\n"));
    fc.assert(
      fc.property(fc.oneof(fc.string(), json, csv), (text) => {
        try {
          parseCloudWatch(text, "m.json");
        } catch (error) {
          expect(error).toBeInstanceOf(WorkloadError);
          expect(String(error)).toContain("m.json");
        }
      }),
    );
  });
});

function output(Label: string): string {
  return JSON.stringify({ Label, Datapoints: [{ Timestamp: "2026-05-01T10:00:00Z", Sum: 5, Unit: "Count" }] }, null, 2);
}
