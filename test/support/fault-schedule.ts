import { pause } from "@warrenmq/core/internal";
import type { Broker } from "@warrenmq/testing";
import { noteRecovery } from "./recovery.ts";

/** One fault: it begins, lasts for a moment, and is over when the promise resolves. */
interface Fault {
  readonly name: string;
  inject(node: Broker, random: () => number): Promise<void>;
}

const FAULTS: readonly Fault[] = [
  {
    name: "node killed and restarted",
    async inject(node) {
      await node.kill();
      await node.restart();
    },
  },
  {
    name: "node stopped cleanly and restarted",
    inject: (node) => node.restart(),
  },
  {
    name: "node frozen",
    async inject(node, random) {
      await node.pause();
      await pause(2_000 + random() * 6_000); // below and beyond two heartbeats
      await node.resume();
    },
  },
  {
    name: "all connections closed by the broker",
    async inject(node) {
      await node.ctl(["close_all_connections", "fault"]);
    },
  },
  {
    name: "memory alarm",
    async inject(node, random) {
      await node.ctl(["set_vm_memory_high_watermark", "0.00001"]);
      await pause(1_000 + random() * 3_000);
      await node.ctl(["set_vm_memory_high_watermark", "0.6"]);
    },
  },
];

/** A fault that was injected. */
export interface InjectedFault {
  readonly name: string;
  /** From its begin to its end, in milliseconds. */
  readonly lastedMs: number;
  /** The longest time without a successful call, from its begin until calls succeeded again after its end. */
  readonly stalledMs: number;
}

/** The load that faults meet. */
export interface FaultyLoad {
  /** Resolves when calls succeed again. */
  getsThrough(): Promise<void>;
  /** The longest time in milliseconds without a successful call since this was asked last. */
  longestGapMs(): number;
}

/** Injects faults into random nodes, one after the other with pauses in between, until the time is over. */
export async function injectFaults(
  nodes: readonly Broker[],
  random: () => number,
  durationMs: number,
  load: FaultyLoad,
): Promise<InjectedFault[]> {
  const injected: InjectedFault[] = [];
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs) {
    injected.push(await injectFault(nodes, random, load));
    await pause(random() * 1_000);
  }
  return injected;
}

/** Injects one random fault into a random node. */
export async function injectFault(
  nodes: readonly Broker[],
  random: () => number,
  load: FaultyLoad,
): Promise<InjectedFault> {
  const fault = FAULTS[Math.floor(random() * FAULTS.length)];
  const node = nodes[Math.floor(random() * nodes.length)];
  if (fault === undefined || node === undefined) throw new Error("no node");
  load.longestGapMs();
  const beganMs = performance.now();
  await fault.inject(node, random);
  const overMs = performance.now();
  await load.getsThrough();
  const recoveryMs = performance.now() - overMs;
  noteRecovery(fault.name, recoveryMs, node.version);
  return { name: fault.name, lastedMs: Math.round(overMs - beganMs), stalledMs: Math.round(load.longestGapMs()) };
}
