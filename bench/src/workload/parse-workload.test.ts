import { describe, expect, it } from "vitest";
import { parseWorkload, readWorkload } from "./parse-workload.ts";

const parse = (text: string): ReturnType<typeof parseWorkload> => parseWorkload(text, "load.yaml");

describe("a workload file", () => {
  it("has defaults for everything", () => {
    expect(parse("scenario: put-records")).toMatchObject({
      name: "load",
      scenario: "put-records",
      shards: 4,
      batch: 500,
      rate: { type: "max" },
    });
  });

  it("says what every part is", () => {
    const workload = parse(`
name: night
scenario: get-records
targets: [stream, amqplib]
record: { histogram: [{ bytes: 100, weight: 3 }, { bytes: 1000, weight: 1 }] }
keys: { distribution: zipf, count: 50 }
rate: { ramp: { from: 10, to: 1000 } }
duration: 2m
warmUp: 10s
`);
    expect(workload).toMatchObject({
      targets: ["stream", "amqplib"],
      keys: { distribution: "zipf", count: 50, exponent: 1.1 },
      rate: { type: "ramp", from: 10, to: 1000 },
      durationSeconds: 120,
      warmUpSeconds: 10,
    });
    expect(workload.record).toEqual({
      type: "histogram",
      buckets: [
        { bytes: 100, weight: 3 },
        { bytes: 1000, weight: 1 },
      ],
    });
  });

  it("takes a preset, and what differs from it", () => {
    expect(parse("preset: skewed\nshards: 8")).toMatchObject({ scenario: "get-records", shards: 8, name: "load" });
    expect(() => parse("preset: none-such")).toThrow(
      /load\.yaml:1:1: there is no preset "none-such"; there are: clicks/u,
    );
  });

  it.each([
    ["scenario: end-to-end\nproducer: 3", "load.yaml:2:1: unknown key 'producer'"],
    ["record:\n  size: 100\n  sise: 1", "load.yaml:3:3: unknown key 'record.sise'"],
    ["rate: 0", "load.yaml:1:1: 'rate': a rate is 'max', 'search', records a second"],
    ["rate: -5", "'rate': a rate is"],
    ["rate: 1e12", "'rate': a rate is"],
    ["rate: { ramp: { from: 1 } }", "'rate': a rate is"],
    ["record: { size: 3 }", "'record.size': Too small"],
    ["record: { size: 100, samples: x }", "say exactly one of 'size', 'histogram', 'samples'"],
    ["duration: soon", `'duration': "soon" is not a duration such as 60s`],
    ["duration: 5", `'duration': "5" is not a duration such as 60s`],
    ["scenario: put-everything", "'scenario': Invalid option"],
    ["scenario: [", "load.yaml:"],
    ["shards: 2\nshards: 3", "load.yaml:2:1: Map keys must be unique"],
    ["- a", "load.yaml:1:1: the workload: Invalid input"],
  ])("refuses %j, and says where", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it.each([
    ["duration: 5s\nwarmUp: 5s", "'warmUp' must be shorter than 'duration'"],
    ["processes: 3\nproducers: 2", "'processes' (3) must not be more than 'producers' (2)"],
    ["scenario: fifo\ngroups: 2", "'groups': every message of a queue goes to one consumer"],
    ["scenario: catch-up\nrate: 100", "'rate': catch-up reads what was written before"],
    ["scenario: fifo\ndelay: 2", "'delay': fifo sends without one"],
    ["scenario: batch\nbatch: 11", "'batch': SQS and SNS take at most 10 messages a call"],
    [
      "scenario: send\nrecord: { size: 1048577 }",
      "'record': a call to SQS or SNS has at most 1,048,576 bytes, not 1,048,577",
    ],
    ["scenario: batch\nrecord: { size: 200000 }", "not 2,000,000: lower 'batch' or 'record'"],
    [
      "rate: max\nrecord: { histogram: [{ bytes: 24, weight: 1 }, { bytes: 100000, weight: 1 }] }",
      "'record': a call to Kinesis has at most 10,485,760 bytes",
    ],
  ])("refuses %j, whose parts contradict each other", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it("is either a file or a preset", async () => {
    await expect(readWorkload("jobs")).resolves.toMatchObject({ name: "jobs", scenario: "end-to-end" });
    await expect(readWorkload("no-such-file.yaml")).rejects.toThrow(/neither a file that can be read nor a preset/u);
  });
});
