import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, extname, resolve } from "node:path";
import { LineCounter, isMap, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";
import { PRESETS } from "./presets.ts";
import { recordSource } from "./record-sizes.ts";
import { SCENARIO_PLANS } from "./scenario-plan.ts";
import type { Resource } from "./scenario-plan.ts";
import { WorkloadError } from "./workload-error.ts";
import { WORKLOAD_SCHEMA } from "./workload-schema.ts";
import type { WorkloadInput } from "./workload-schema.ts";
import type { Workload } from "./workload.ts";

/** Reads a workload from a file, or takes the preset of that name. @throws WorkloadError with every mistake and its line */
export async function readWorkload(fileOrPreset: string): Promise<Workload> {
  const preset = PRESETS[fileOrPreset];
  if (preset !== undefined) return resolveWorkload({ name: fileOrPreset, ...preset }, ".");
  const text = await readFile(fileOrPreset, "utf8").catch((error: unknown) => {
    const presets = Object.keys(PRESETS).join(", ");
    throw new WorkloadError(`"${fileOrPreset}" is neither a file that can be read nor a preset (${presets})`, {
      cause: error,
    });
  });
  return parseWorkload(text, fileOrPreset);
}

/** Reads a workload from YAML. @throws WorkloadError with every mistake and its line */
export function parseWorkload(text: string, file: string): Workload {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new WorkloadError(document.errors.map(({ message, pos }) => `${place(pos[0])}: ${message}`).join("\n"));
  }
  const parsed = WORKLOAD_SCHEMA.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    throw new WorkloadError(parsed.error.issues.flatMap((issue) => mistakes(issue, document, place)).join("\n"));
  }
  const { preset, ...own } = parsed.data;
  if (preset !== undefined && PRESETS[preset] === undefined) {
    const at = place(offsetOf(document, ["preset"]));
    throw new WorkloadError(`${at}: there is no preset "${preset}"; there are: ${Object.keys(PRESETS).join(", ")}`);
  }
  const name = own.name ?? basename(file, extname(file));
  return resolveWorkload({ ...(preset === undefined ? {} : PRESETS[preset]), ...own, name }, dirname(resolve(file)));
}

/** Fills in the defaults. @throws WorkloadError when parts contradict each other */
export function resolveWorkload(input: WorkloadInput, folder: string): Workload {
  const scenario = input.scenario ?? "get-records";
  const plan = SCENARIO_PLANS[scenario];
  const durationSeconds = input.duration ?? 10;
  const workload: Workload = {
    name: input.name ?? scenario,
    scenario,
    targets: input.targets ?? (scenario === "delay" ? ["sqs"] : DEFAULT_TARGETS[plan.resource]),
    record: input.record ?? { type: "fixed", bytes: 1024 },
    keys: input.keys ?? { distribution: "uniform", count: 10_000, exponent: 1.1 },
    shards: input.shards ?? (plan.resource === "stream" ? 4 : 1),
    producers: input.producers ?? 1,
    consumers: input.consumers ?? (plan.resource === "stream" ? 1 : 4),
    groups: input.groups ?? (scenario === "fan-out" ? 3 : 1),
    processes: input.processes ?? 1,
    batch: input.batch ?? plan.batch,
    inFlight: input.inFlight ?? (plan.batch >= 100 ? 10 : 64 / plan.batch >= 8 ? 64 : 8),
    rate: input.rate ?? { type: "max" },
    durationSeconds,
    warmUpSeconds: input.warmUp ?? Math.min(2, durationSeconds / 5),
    repeats: input.repeats ?? 3,
    backlog: input.backlog ?? (plan.resource === "stream" ? 500_000 : 20_000),
    delaySeconds: input.delay ?? (scenario === "delay" ? 2 : 0),
    // Where the load has most of the machine for itself, a core is not missed.
    pacing: input.pacing ?? (availableParallelism() > 2 * (input.processes ?? 1) + 1 ? "exact" : "timer"),
    latencyLimitMs: input.latencyLimitMs ?? 1_000,
    seed: input.seed ?? 1,
    folder,
  };
  checkTogether(workload);
  return workload;
}

const DEFAULT_TARGETS: Readonly<Record<Resource, readonly string[]>> = {
  queue: ["sqs", "amqplib"],
  fifo: ["sqs"],
  topic: ["sqs", "amqplib"],
  stream: ["kinesis"],
};

function checkTogether(workload: Workload): void {
  const { scenario, groups, warmUpSeconds, durationSeconds, producers, processes, rate, batch } = workload;
  const plan = SCENARIO_PLANS[scenario];
  const wrong: string[] = [];
  if (warmUpSeconds >= durationSeconds) wrong.push("'warmUp' must be shorter than 'duration'");
  if (groups > 1 && (plan.resource === "queue" || plan.resource === "fifo")) {
    wrong.push(`'groups': every message of a queue goes to one consumer; ${scenario} can have 1 group only`);
  }
  if (processes > producers) wrong.push(`'processes' (${processes}) must not be more than 'producers' (${producers})`);
  if (plan.flow === "consume" && rate.type !== "max") {
    wrong.push(`'rate': ${scenario} reads what was written before, as fast as it can; only 'max' is possible`);
  }
  if (workload.delaySeconds > 0 && (plan.resource !== "queue" || plan.flow === "consume")) {
    wrong.push(`'delay': ${scenario} sends without one; the scenarios send, batch, end-to-end and delay can have it`);
  }
  if (plan.resource !== "stream" && batch > 10)
    wrong.push(`'batch': SQS and SNS take at most 10 messages a call, not ${batch}`);
  wrong.push(...tooLarge(workload));
  if (wrong.length > 0) throw new WorkloadError(`workload "${workload.name}": ${wrong.join("; ")}`);
}

/** What a call of AWS takes at most; the clients refuse more. */
const CALL_LIMITS = {
  messages: { service: "SQS or SNS", bytes: 1_048_576 },
  records: { service: "Kinesis", bytes: 10_485_760 },
} as const;

function tooLarge({ record, batch, scenario, seed }: Workload): string[] {
  // Of samples only the file knows.
  if (record.type === "samples") return [];
  const { service, bytes: limit } =
    CALL_LIMITS[SCENARIO_PLANS[scenario].resource === "stream" ? "records" : "messages"];
  const { meanBytes, maxBytes } = recordSource(record, [], seed);
  const bytes = Math.max(maxBytes, Math.round(batch * meanBytes));
  if (bytes <= limit) return [];
  const [most, not] = [limit.toLocaleString("en-US"), bytes.toLocaleString("en-US")];
  return [`'record': a call to ${service} has at most ${most} bytes, not ${not}: lower 'batch' or 'record'`];
}

function mistakes(issue: z.core.$ZodIssue, document: Document, place: (offset: number) => string): string[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const where = [...path, key].join(".");
      return `${place(offsetOf(document, [...path, key]))}: unknown key '${where}'`;
    });
  }
  const where = path.length === 0 ? "the workload" : `'${path.join(".")}'`;
  return [`${place(offsetOf(document, path))}: ${where}: ${issue.message}`];
}

/** Where the value at that path begins, or its key; of what is not there: where its parent begins. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => String(key) === String(last));
    const range = rangeOf(pair?.key) ?? rangeOf(parent);
    if (range !== undefined) return range;
  }
  if (path.length === 0) return rangeOf(document.contents) ?? 0;
  return rangeOf(document.getIn(path, true)) ?? offsetOf(document, path.slice(0, -1));
}

function rangeOf(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return undefined;
  const [start]: unknown[] = node.range;
  return typeof start === "number" ? start : undefined;
}
