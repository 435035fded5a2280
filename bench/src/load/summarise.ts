import { LatencyRecorder } from "../method/latency.ts";
import { scheduleOf } from "../workload/schedule.ts";
import type { Segment } from "../workload/schedule.ts";
import type { ScenarioPlan } from "../workload/scenario-plan.ts";
import { recordSource } from "../workload/record-sizes.ts";
import type { Workload } from "../workload/workload.ts";
import { addUp } from "./account.ts";
import type { Account } from "./account.ts";
import type { JobResult } from "./job.ts";
import { slotMs } from "./time-slots.ts";
import type { SlotState, Timed } from "./time-slots.ts";
import type { MachineUse, SeriesPoint, Times, TrialResult } from "./trial-result.ts";

/** Everything that a run left behind. */
export interface TrialRecord {
  readonly target: string;
  readonly repeat: number;
  readonly workload: Workload;
  readonly plan: ScenarioPlan;
  readonly segments: readonly Segment[] | undefined;
  readonly samples: readonly Buffer[];
  readonly durationMs: number;
  readonly results: readonly JobResult[];
  readonly busy: number;
  readonly cores: number;
  /** Why it ended early. */
  readonly failure: string | undefined;
  readonly expectedProcesses: number;
}

/** Adds up what the processes of a run have seen. */
export function summarise(record: TrialRecord): TrialResult {
  const { workload, plan, results, segments } = record;
  const account = addUp(
    results.flatMap(({ sent }) => sent),
    results.flatMap(({ ledgers }) => ledgers),
    workload.groups,
  );
  const slots = bySlot(results.flatMap(({ slots: states }) => states));
  const width = slotMs(record.durationMs);
  // Whole stretches only, and never the last one, which is not over.
  const from = plan.flow === "consume" ? 0 : Math.ceil((workload.warmUpSeconds * 1000) / width);
  const counted = [...slots].filter(([slot]) => slot >= from).flatMap(([, states]) => states);
  const rate = ratesOf(record, slots, from, width, account);
  const schedule = segments === undefined ? undefined : scheduleOf(segments);
  const complete = record.failure === undefined && results.length === record.expectedProcesses;
  const notes = notesOf(record, account, complete);
  const held = results.reduce((sum, result) => sum + result.held, 0);
  if (held > 0)
    notes.push(`${held} calls waited because too many were unanswered; their latencies count from when they were due`);
  return {
    target: record.target,
    repeat: record.repeat,
    complete,
    pass: complete && isSound(account, record) && account.confirmed > 0,
    notes,
    offeredPerSecond:
      schedule === undefined ? null : (schedule.calls * workload.batch * 1000) / Math.max(1, schedule.durationMs),
    ...rate,
    recordBytes: recordSource(workload.record, record.samples, workload.seed).meanBytes,
    send: timesOf(counted, "send"),
    service: timesOf(counted, "service"),
    arrival: timesOf(counted, "arrival"),
    lateness: timesOf(counted, "lateness"),
    series: [...slots]
      .toSorted(([a], [b]) => a - b)
      .map(([slot, states]) => pointOf(slot, states, width, workload.groups)),
    account,
    errors: errorsOf(results),
    machine: machineOf(record),
  };
}

function isSound({ lost, outOfOrder }: Account, record: TrialRecord): boolean {
  return lost === 0 && (!isOrderJudged(record) || outOfOrder === 0);
}

/**
 * Whether a disorder is a fault. Of two calls that are under way at once a FIFO queue may take the later one first, and so may a
 * shard that is being split, or whose connection was lost: SQS and Kinesis promise them no order either.
 */
function isOrderJudged({ plan, workload: { rate, inFlight, scenario } }: TrialRecord): boolean {
  const mayOverlap = rate.type !== "max" || inFlight > 1;
  return plan.isOrdered && !(mayOverlap && (scenario === "fifo" || plan.disturbance !== undefined));
}

function notesOf(record: TrialRecord, account: Account, complete: boolean): string[] {
  const { failure, plan } = record;
  const notes: string[] = [];
  if (failure !== undefined) notes.push(failure);
  else if (!complete) notes.push("a process of the load gave no results");
  if (account.lost > 0) {
    const fate = complete ? "were lost" : "had not come when the run ended";
    notes.push(`${account.lost} confirmed records ${fate}`);
  }
  if (plan.isOrdered && account.outOfOrder > 0) {
    const why = isOrderJudged(record)
      ? ""
      : ", which is no fault of calls that were under way at once ('rate: max' with 'inFlight: 1' decides)";
    notes.push(`${account.outOfOrder} records came out of the order of their key${why}`);
  }
  if (account.duplicated > 0) notes.push(`${account.duplicated} records came more than once`);
  if (account.failed > 0) notes.push(`${account.failed} records were not confirmed`);
  return notes;
}

function bySlot(states: readonly SlotState[]): Map<number, SlotState[]> {
  const slots = new Map<number, SlotState[]>();
  for (const state of states) {
    const same = slots.get(state.slot);
    if (same === undefined) slots.set(state.slot, [state]);
    else same.push(state);
  }
  return slots;
}

/** Rates over the time that counts: from the warm-up to the end of the load, or, of a backlog, from its first to its last record. */
function ratesOf(
  { plan, results, durationMs, workload }: TrialRecord,
  slots: ReadonlyMap<number, readonly SlotState[]>,
  from: number,
  width: number,
  account: Account,
): { confirmedPerSecond: number; receivedPerSecond: number } {
  if (plan.flow === "consume") {
    const lastMs = Math.max(0, ...results.map((result) => result.lastMs ?? 0));
    return { confirmedPerSecond: 0, receivedPerSecond: lastMs === 0 ? 0 : (account.received * 1000) / lastMs };
  }
  const to = Math.max(from + 1, Math.floor(durationMs / width));
  let [confirmed, received] = [0, 0];
  for (let slot = from; slot < to; slot++) {
    for (const state of slots.get(slot) ?? []) {
      confirmed += state.confirmed;
      received += state.received;
    }
  }
  const seconds = ((to - from) * width) / 1000;
  const reads = plan.flow === "pass-through" ? received / seconds / workload.groups : 0;
  return { confirmedPerSecond: confirmed / seconds, receivedPerSecond: reads };
}

function timesOf(states: readonly SlotState[], kind: Timed): Times | null {
  const recorder = new LatencyRecorder();
  for (const state of states) {
    const encoded = state[kind];
    if (encoded !== undefined) recorder.addEncoded(encoded);
  }
  if (recorder.count === 0) return null;
  return {
    count: recorder.count,
    p50Ms: recorder.atPercent(50),
    p90Ms: recorder.atPercent(90),
    p99Ms: recorder.atPercent(99),
    p999Ms: recorder.atPercent(99.9),
    maxMs: recorder.atPercent(100),
    percentiles: recorder.percentiles(),
  };
}

function pointOf(slot: number, states: readonly SlotState[], width: number, groups: number): SeriesPoint {
  const perSecond = (of: (state: SlotState) => number): number =>
    (states.reduce((sum, state) => sum + of(state), 0) * 1000) / width;
  const [send, arrival] = [timesOf(states, "send"), timesOf(states, "arrival")];
  return {
    seconds: ((slot + 1) * width) / 1000,
    confirmedPerSecond: perSecond(({ confirmed }) => confirmed),
    receivedPerSecond: perSecond(({ received }) => received) / groups,
    sendP50Ms: send?.p50Ms ?? null,
    sendP99Ms: send?.p99Ms ?? null,
    arrivalP50Ms: arrival?.p50Ms ?? null,
    arrivalP99Ms: arrival?.p99Ms ?? null,
  };
}

function errorsOf(results: readonly JobResult[]): { message: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const [message, count] of results.flatMap(({ errors }) => errors)) {
    counts.set(message, (counts.get(message) ?? 0) + count);
  }
  return [...counts].map(([message, count]) => ({ message, count }));
}

function machineOf({ busy, cores, results }: TrialRecord): MachineUse {
  return { cores, busy, processes: results.map(({ use }) => use) };
}
