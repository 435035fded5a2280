import { cpus } from "node:os";

/** How busy the cores of this machine were. */
export interface CoreUse {
  /** The share of all cores. */
  readonly busy: number;
  readonly cores: number;
}

/** Measures which share of all cores of this machine is busy, from now until the returned function is called. */
export function watchCores(): () => CoreUse {
  const before = total();
  return () => {
    const after = total();
    const all = after.all - before.all;
    return { busy: all === 0 ? 0 : 1 - (after.idle - before.idle) / all, cores: cpus().length };
  };
}

function total(): { idle: number; all: number } {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, all };
}
