import { monitorEventLoopDelay, performance, PerformanceObserver } from "node:perf_hooks";

/** What a process was busy with while it was watched. */
export interface ProcessUse {
  /** CPU time as a share of one core. */
  readonly cpu: number;
  /** The share of time in which its event loop was not idle. Near 1 the load itself is the limit. */
  readonly eventLoop: number;
  /** How late a timer was, 99th percentile and longest, in milliseconds. */
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  /** The share of time in which the garbage collector stopped it, and its longest stop. */
  readonly gc: number;
  readonly gcMaxMs: number;
  /** The most memory that it had, in MB. */
  readonly rssMb: number;
}

const LAG_RESOLUTION_MS = 10;
const RSS_EVERY_MS = 250;

/** Watches this process until the returned function is called. */
export function watchProcess(): () => ProcessUse {
  const startMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const loopBefore = performance.eventLoopUtilization();
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  let [gcMs, gcMaxMs] = [0, 0];
  const collector = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      gcMs += duration;
      gcMaxMs = Math.max(gcMaxMs, duration);
    }
  });
  collector.observe({ entryTypes: ["gc"] });
  let rss = process.memoryUsage.rss();
  const sampling = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss());
  }, RSS_EVERY_MS);
  sampling.unref();
  return () => {
    clearInterval(sampling);
    lag.disable();
    collector.disconnect();
    const wallMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      cpu: (user + system) / 1000 / wallMs,
      eventLoop: performance.eventLoopUtilization(loopBefore).utilization,
      lagP99Ms: lateMs(lag.percentile(99)),
      lagMaxMs: lateMs(lag.max),
      gc: gcMs / wallMs,
      gcMaxMs,
      rssMb: Math.max(rss, process.memoryUsage.rss()) / 1e6,
    };
  };
}

/** The monitor counts the timer's own length as well. */
function lateMs(ns: number): number {
  return Math.max(0, ns / 1e6 - LAG_RESOLUTION_MS);
}
