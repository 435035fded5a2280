import { build } from "hdr-histogram-js";
import type { Histogram } from "hdr-histogram-js";

/** How long single calls took, in milliseconds. */
export interface LatencySummary {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const LONGEST_US = 600_000_000;

/** Collects the durations of single calls, to the microsecond and three significant digits (HDR histogram). */
export class LatencyRecorder {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
  });

  /** Adds one duration. */
  record(durationMs: number): void {
    this.#histogram.recordValue(Math.min(Math.round(durationMs * 1000), LONGEST_US));
  }

  /** All zero when nothing was recorded. */
  summary(): LatencySummary {
    const atMs = (percentile: number): number => this.#histogram.getValueAtPercentile(percentile) / 1000;
    return { p50Ms: atMs(50), p99Ms: atMs(99), maxMs: this.#histogram.maxValue / 1000 };
  }
}
