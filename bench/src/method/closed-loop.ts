import { LatencyRecorder } from "./latency.ts";
import { rates } from "./round.ts";
import type { Round } from "./round.ts";
import { startClock } from "./stopwatch.ts";

/** A load that has a fixed number of calls under way: each caller starts its next call when its last one is answered. */
export interface ClosedLoop {
  readonly inFlight: number;
  /** After this time no call is started; those under way are waited for, and count. */
  readonly durationMs: number;
  /**
   * How many messages a call carries.
   * @default 1
   */
  readonly messagesPerCall?: number;
  readonly call: () => Promise<unknown>;
}

/** Runs the load for one round and times every call. Rejects with the first call that fails. */
export async function runClosedLoop({ inFlight, durationMs, messagesPerCall = 1, call }: ClosedLoop): Promise<Round> {
  const latency = new LatencyRecorder();
  const elapsed = startClock();
  const endMs = performance.now() + durationMs;
  let calls = 0;
  const caller = async (): Promise<void> => {
    for (let calledMs = performance.now(); calledMs < endMs;) {
      await call();
      const answeredMs = performance.now();
      latency.record(answeredMs - calledMs);
      calls += 1;
      calledMs = answeredMs;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return { ...rates(calls * messagesPerCall, elapsed()), latency: latency.summary() };
}
