import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import type { Histogram } from "hdr-histogram-js";

/** How long single calls took, in milliseconds. */
export interface LatencySummary {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A point of a distribution: so many percent of the values are at most so many milliseconds. */
export interface Percentile {
  readonly percent: number;
  readonly ms: number;
}

const LONGEST_US = 600_000_000;
const FIRST_US = 2_000;

/** Collects the durations of single calls, to the microsecond and three significant digits (HDR histogram). */
export class LatencyRecorder {
  readonly #histogram: Histogram;

  constructor() {
    this.#histogram = build({
      bitBucketSize: 32,
      lowestDiscernibleValue: 1,
      // It grows with what is recorded. One for the longest takes 0.35 ms to make, and a run makes some every 250 ms.
      autoResize: true,
      highestTrackableValue: FIRST_US,
      numberOfSignificantValueDigits: 3,
      useWebAssembly: false,
    });
  }

  /** How many durations there are. */
  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Adds a duration, so many times. A negative one (clocks differ) counts as 0. */
  record(durationMs: number, count = 1): void {
    const us = Math.min(Math.max(0, Math.round(durationMs * 1000)), LONGEST_US);
    if (count === 1) this.#histogram.recordValue(us);
    else if (count > 1) this.#histogram.recordValueWithCount(us, count);
  }

  /** Adds all that another one has collected, in the form that {@link LatencyRecorder.encoded} gives. */
  addEncoded(encoded: string): void {
    this.#histogram.add(decodeFromCompressedBase64(encoded, 32, false));
  }

  /** Everything, for another process: HdrHistogram's own compressed format in base64, in microseconds. */
  encoded(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  /** All zero when nothing was recorded. */
  summary(): LatencySummary {
    return { p50Ms: this.atPercent(50), p99Ms: this.atPercent(99), maxMs: this.#histogram.maxValue / 1000 };
  }

  /** The duration in milliseconds that so many percent do not exceed; 0 when nothing was recorded. */
  atPercent(percent: number): number {
    return this.#histogram.getValueAtPercentile(percent) / 1000;
  }

  /** The whole distribution, in steps that get finer towards the slowest. */
  percentiles(): Percentile[] {
    if (this.count === 0) return [];
    return STEPS.map((percent) => ({ percent, ms: this.atPercent(percent) }));
  }
}

const STEPS = [0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 100];
