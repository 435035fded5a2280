import { tell } from "../../worker-process.ts";

/** What one pass over the project took, the start of the process included. */
export interface PassReport {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly maxRssMb: number;
  /** Files that would be changed: both sides must find the same. */
  readonly changed: number;
}

/** Tells what this process has taken since it began. */
export function tellPass(changed: number): void {
  const { user, system } = process.cpuUsage();
  const report: PassReport = {
    wallMs: performance.now(),
    cpuMs: (user + system) / 1_000,
    maxRssMb: process.resourceUsage().maxRSS / 1_024,
    changed,
  };
  tell(report);
}
