import { z } from "zod";
import { RUN_REPORT_VERSION } from "./run-report.ts";

const number = z.number();
const rate = z.number().nonnegative().describe("records a second");
const ms = z.number().nonnegative().describe("milliseconds");
const share = z.number().describe("a share: 0.5 is one half");
const count = z.int().nonnegative();

const repeated = z.object({ median: number, min: number, max: number, values: z.array(number) });

const times = z
  .object({
    count,
    p50Ms: ms,
    p90Ms: ms,
    p99Ms: ms,
    p999Ms: ms,
    maxMs: ms,
    percentiles: z.array(z.object({ percent: number, ms })),
  })
  .nullable();

const account = z.object({
  sent: count,
  confirmed: count,
  failed: count.describe("not confirmed: stored or not"),
  received: count,
  lost: count.describe("confirmed, and never received"),
  duplicated: count,
  outOfOrder: count.describe("after a later record of the same producer and key"),
  foreign: count.describe("not of this run"),
});

const processUse = z.object({
  cpu: share.describe("of one core"),
  eventLoop: share,
  lagP99Ms: ms,
  lagMaxMs: ms,
  gc: share,
  gcMaxMs: ms,
  rssMb: number,
});

const run = z.object({
  target: z.string(),
  repeat: count,
  complete: z.boolean(),
  pass: z.boolean().describe("complete, nothing lost, no order broken"),
  notes: z.array(z.string()),
  offeredPerSecond: rate.nullable(),
  confirmedPerSecond: rate,
  receivedPerSecond: rate,
  recordBytes: number,
  send: times.describe("from when a call was due until its answer"),
  service: times.describe("from when a call was started until its answer"),
  arrival: times.describe("from when a record was due until a consumer had it"),
  lateness: times.describe("from when a call was due until it was started"),
  series: z.array(
    z.object({
      seconds: number,
      confirmedPerSecond: rate,
      receivedPerSecond: rate,
      sendP50Ms: ms.nullable(),
      sendP99Ms: ms.nullable(),
      arrivalP50Ms: ms.nullable(),
      arrivalP99Ms: ms.nullable(),
    }),
  ),
  account,
  errors: z.array(z.object({ message: z.string(), count })),
  machine: z.object({ cores: count, busy: share, processes: z.array(processUse) }),
});

const verdict = z.looseObject({
  fits: z.boolean(),
  text: z.string(),
  headroom: number,
  limit: z.enum(["records/s", "bytes/s"]),
  limitedBy: z.string(),
  shardsNeeded: count,
  nodesNeeded: count,
  diskBytes: number,
  notes: z.array(z.string()),
});

/** What a report of `run` or `quick` looks like. Further members may come with the same version. */
export const RUN_REPORT_SCHEMA: z.ZodType = z.looseObject({
  schemaVersion: z.literal(RUN_REPORT_VERSION),
  kind: z.literal("run"),
  startedAt: z.string(),
  commit: z.string().nullable(),
  machine: z.looseObject({ cpu: z.string(), cores: count, node: z.string(), load: number }),
  broker: z.object({ version: z.string(), kind: z.string() }).nullable(),
  workload: z.looseObject({ name: z.string(), scenario: z.string() }).describe("with every default filled in"),
  complete: z.boolean(),
  pass: z.boolean(),
  targets: z.array(
    z.looseObject({
      target: z.string(),
      title: z.string(),
      pass: z.boolean(),
      summary: z.record(z.string(), repeated),
      runs: z.array(run),
      error: z.string().optional(),
    }),
  ),
  verdict: verdict.optional(),
});

/** The same as JSON Schema; `bench/schema/run-report.schema.json` is its text. */
export function runReportJsonSchema(): string {
  const schema = z.toJSONSchema(RUN_REPORT_SCHEMA);
  return `${JSON.stringify({ title: "A report of warrenmq-bench", ...schema }, undefined, 2)}\n`;
}
