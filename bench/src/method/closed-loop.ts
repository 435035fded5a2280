import { LatencyRecorder } from "./latency.ts";
import { rates } from "./round.ts";
import type { Round } from "./round.ts";

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
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  let calls = 0;
  const caller = async (): Promise<void> => {
    for (let nowMs = startMs; nowMs < startMs + durationMs;) {
      const calledMs = performance.now();
      await call();
      nowMs = performance.now();
      latency.record(nowMs - calledMs);
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return { ...rates(calls * messagesPerCall, performance.now() - startMs, cpuBefore), latency: latency.summary() };
}
