/** How long something took. */
export interface Duration {
  readonly wallMs: number;
  /** CPU time of this process, its garbage collector's threads included. */
  readonly cpuMs: number;
}

/** Starts measuring; the returned function tells how long it has been. */
export function startClock(): () => Duration {
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  return () => {
    const wallMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { wallMs, cpuMs: (user + system) / 1000 };
  };
}

/** Adds durations up. */
export function sum(durations: readonly Duration[]): Duration {
  let [wallMs, cpuMs] = [0, 0];
  for (const duration of durations) {
    wallMs += duration.wallMs;
    cpuMs += duration.cpuMs;
  }
  return { wallMs, cpuMs };
}
