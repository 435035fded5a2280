import { appendFileSync } from "node:fs";
import { inject } from "vitest";

/**
 * Notes how long calls took to succeed again after a fault was over: as a line of the log, and for the table of
 * `npm run test:faults`, in the file that WARRENMQ_FAULT_REPORT names.
 */
export function noteRecovery(fault: string, recoveryMs: number, brokerVersion = inject("brokerVersion")): void {
  const recovery = { fault, brokerVersion, recoveryMs: Math.round(recoveryMs) };
  console.log(`${fault}: calls succeed again after ${recovery.recoveryMs} ms`);
  const file = process.env["WARRENMQ_FAULT_REPORT"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(recovery)}\n`);
}

/** Repeats `call` until it resolves; how long that took, in milliseconds. */
export async function untilItWorks(call: () => Promise<unknown>, timeoutMs = 20_000): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    try {
      await call();
      return performance.now() - startMs;
    } catch (error) {
      if (performance.now() - startMs > timeoutMs)
        throw new Error(`still failing after ${timeoutMs} ms`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
