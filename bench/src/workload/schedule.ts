/** A stretch of time in which the rate goes evenly from one value to another. */
export interface Segment {
  readonly durationMs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/** When calls are due, in milliseconds since the start. */
export interface Schedule {
  /** When the n-th call (from 0) is due; `undefined` when the load is over before. */
  dueMs(call: number): number | undefined;
  /** How many calls there are. */
  readonly calls: number;
  readonly durationMs: number;
}

/** Calls at the rates of some stretches of time, one after the other. The n-th call is due when the rates have added up to n. */
export function scheduleOf(segments: readonly Segment[]): Schedule {
  const parts: { readonly segment: Segment; readonly startMs: number; readonly startCalls: number }[] = [];
  let [startMs, startCalls] = [0, 0];
  for (const segment of segments) {
    parts.push({ segment, startMs, startCalls });
    startMs += segment.durationMs;
    startCalls += (segment.durationMs / 1000) * ((segment.fromPerSecond + segment.toPerSecond) / 2);
  }
  let at = 0;
  return {
    calls: Math.ceil(startCalls - 1e-9),
    durationMs: startMs,
    dueMs: (call) => {
      if (call > startCalls - 1e-9) return undefined;
      if (call < (parts[at]?.startCalls ?? 0)) at = 0;
      while (at + 1 < parts.length && call >= (parts[at + 1]?.startCalls ?? 0)) at++;
      const part = parts[at];
      return part === undefined ? undefined : part.startMs + timeOf(call - part.startCalls, part.segment);
    },
  };
}

/** After how many milliseconds of the stretch so many calls are due: v₀t + (v₁-v₀)t²/2T = n, solved for t. */
function timeOf(calls: number, { durationMs, fromPerSecond, toPerSecond }: Segment): number {
  if (calls === 0) return 0;
  const [from, to] = [fromPerSecond / 1000, toPerSecond / 1000];
  const slope = (to - from) / durationMs;
  if (Math.abs(slope) < 1e-15) return calls / from;
  // The form that loses no digits when the slope is small.
  return (2 * calls) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * calls)));
}
