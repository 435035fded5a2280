import type { Interval, Spread } from "./statistics.ts";
import { meets } from "./target.ts";
import type { Target } from "./target.ts";

/** What a figure says and what it must reach: fixed before anything is measured. */
export interface FigureSpec {
  readonly name: string;
  readonly title: string;
  /** "×" for a ratio, else the unit of the value. */
  readonly unit: string;
  readonly target: Target;
}

/** What was measured for a figure. */
export interface Measurement {
  readonly value: number;
  /** Over the rounds, where there are several. */
  readonly spread?: Spread;
  /** Where the value lies with 95 % confidence: what the rounds can decide. */
  readonly confidence?: Interval;
  /** The noise floor: the baseline against itself, taken in the same rounds. */
  readonly noise?: Spread;
  /** What lies behind the value, by side or by name: medians over the rounds. */
  readonly details?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The version of the broker that the scenario started for itself. */
  readonly brokerVersion?: string;
}

/** Why a figure cannot be had where it was asked for. */
export interface NotMeasured {
  readonly notMeasured: string;
}

/** A figure as it stands in the JSON report. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** `null` when it could not be measured; `error` says why. */
  readonly value: number | null;
  readonly target: number;
  readonly bound: "at most" | "at least";
  readonly pass: boolean;
  readonly spread?: Spread;
  readonly confidence?: Interval;
  readonly noise?: Spread;
  readonly details?: Measurement["details"];
  readonly brokerVersion?: Measurement["brokerVersion"];
  readonly error?: string;
}

/** Holds a measurement against the figure's target. */
export function judge(spec: FigureSpec, measurement: Measurement | NotMeasured): Figure {
  if ("notMeasured" in measurement) return failedFigure(spec, measurement.notMeasured);
  return { ...heading(spec), ...measurement, pass: meets(spec.target, measurement.value) };
}

/** The figure when measuring it failed. */
export function failedFigure(spec: FigureSpec, error: unknown): Figure {
  const message = error instanceof Error ? error.message : String(error);
  return { ...heading(spec), value: null, pass: false, error: message };
}

function heading({
  name,
  title,
  unit,
  target,
}: FigureSpec): Pick<Figure, "name" | "title" | "unit" | "target" | "bound"> {
  const isUpper = "atMost" in target;
  return {
    name,
    title,
    unit,
    target: isUpper ? target.atMost : target.atLeast,
    bound: isUpper ? "at most" : "at least",
  };
}
