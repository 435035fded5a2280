import { z } from "zod";
import { parseDuration } from "../duration.ts";
import { HEADER_BYTES } from "../load/record-header.ts";
import { SCENARIO_NAMES } from "./workload.ts";
import type { KeyDistribution, Rate, RecordShape, ScenarioName } from "./workload.ts";

/** A workload as it is written: whatever has a default may be left out. */
export interface WorkloadInput {
  readonly name?: string | undefined;
  readonly preset?: string | undefined;
  readonly scenario?: ScenarioName | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly record?: RecordShape | undefined;
  readonly keys?: KeyDistribution | undefined;
  readonly shards?: number | undefined;
  readonly producers?: number | undefined;
  readonly consumers?: number | undefined;
  readonly groups?: number | undefined;
  readonly processes?: number | undefined;
  readonly batch?: number | undefined;
  readonly inFlight?: number | undefined;
  readonly rate?: Rate | undefined;
  readonly duration?: number | undefined;
  readonly warmUp?: number | undefined;
  readonly repeats?: number | undefined;
  readonly backlog?: number | undefined;
  readonly delay?: number | undefined;
  readonly pacing?: "exact" | "timer" | undefined;
  readonly latencyLimitMs?: number | undefined;
  readonly seed?: number | undefined;
}

const LARGEST_RECORD = 10 * 1024 * 1024;
/** More than one machine can send, whatever the target: a slip of the hand. */
const HIGHEST_RATE = 50_000_000;

const bytes = z.int().min(HEADER_BYTES).max(LARGEST_RECORD);
const seconds = z.union([z.string(), z.number()]).transform((text, context) => {
  try {
    return parseDuration(String(text));
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});
const perSecond = z.number().positive().max(HIGHEST_RATE);

const record: z.ZodType<RecordShape> = z
  .strictObject({
    size: bytes.optional(),
    histogram: z
      .array(z.strictObject({ bytes, weight: z.number().positive() }))
      .min(1)
      .max(10_000)
      .optional(),
    samples: z.string().min(1).optional(),
  })
  .transform(({ size, histogram, samples }, context): RecordShape => {
    const given = [size, histogram, samples].filter((one) => one !== undefined).length;
    if (given !== 1) context.addIssue({ code: "custom", message: "say exactly one of 'size', 'histogram', 'samples'" });
    if (histogram !== undefined) return { type: "histogram", buckets: histogram };
    if (samples !== undefined) return { type: "samples", file: samples };
    return { type: "fixed", bytes: size ?? HEADER_BYTES };
  });

const keys: z.ZodType<KeyDistribution> = z.strictObject({
  distribution: z.enum(["uniform", "zipf"]).default("uniform"),
  count: z.int().min(1).max(1_000_000).default(10_000),
  exponent: z.number().positive().max(10).default(1.1),
});

const rate: z.ZodType<Rate> = z.union(
  [
    z.enum(["max", "search"]).transform((type): Rate => ({ type })),
    perSecond.transform((value): Rate => ({ type: "constant", perSecond: value })),
    z
      .strictObject({ ramp: z.strictObject({ from: z.number().nonnegative().max(HIGHEST_RATE), to: perSecond }) })
      .transform(({ ramp }): Rate => ({ type: "ramp", ...ramp })),
    z
      .strictObject({
        replay: z.string().min(1),
        speed: z.number().positive().max(100_000).default(1),
        scale: z.number().positive().max(1_000).default(1),
      })
      .transform(({ replay, speed, scale }): Rate => ({ type: "replay", file: replay, speed, scale })),
  ],
  {
    error:
      "a rate is 'max', 'search', records a second (a positive number up to 50,000,000), { ramp: { from, to } } or { replay: FILE, speed, scale }",
  },
);

/** What a workload file may have. Anything else is refused. */
export const WORKLOAD_SCHEMA: z.ZodType<WorkloadInput> = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  preset: z.string().optional(),
  scenario: z.enum(SCENARIO_NAMES).optional(),
  targets: z.array(z.string()).min(1).optional(),
  record: record.optional(),
  keys: keys.optional(),
  shards: z.int().min(1).max(1_000).optional(),
  producers: z.int().min(1).max(1_000).optional(),
  consumers: z.int().min(1).max(1_000).optional(),
  groups: z.int().min(1).max(20).optional(),
  processes: z.int().min(1).max(64).optional(),
  batch: z.int().min(1).max(500).optional(),
  inFlight: z.int().min(1).max(10_000).optional(),
  rate: rate.optional(),
  duration: seconds.optional(),
  warmUp: seconds.optional(),
  repeats: z.int().min(1).max(100).optional(),
  backlog: z.int().min(1).max(100_000_000).optional(),
  delay: z.int().min(0).max(900).optional(),
  pacing: z.enum(["exact", "timer"]).optional(),
  latencyLimitMs: z.number().positive().optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
});
