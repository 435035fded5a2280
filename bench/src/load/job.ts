import type { Endpoint, ResourceRequest } from "../targets/target.ts";
import type { Flow } from "../workload/scenario-plan.ts";
import type { Segment } from "../workload/schedule.ts";
import type { Workload } from "../workload/workload.ts";
import type { Sent } from "./account.ts";
import type { LedgerState } from "./ledger.ts";
import type { ProcessUse } from "./machine-watch.ts";
import type { SlotState } from "./time-slots.ts";

/** A consumer's place: its group, and its number among the members of the group. */
export interface ConsumerPlace {
  readonly group: number;
  readonly member: number;
  readonly members: number;
}

/** What one process of a run does. */
export interface Job {
  readonly target: string;
  readonly endpoint: Endpoint;
  readonly request: ResourceRequest;
  readonly workload: Workload;
  readonly flow: Flow;
  readonly reading: "poll" | "push";
  /** Known again in every record. */
  readonly run: number;
  /** Numbers of this process's producers among all of the run. */
  readonly producers: readonly number[];
  readonly consumers: readonly ConsumerPlace[];
  /** The rate of all producers together, in calls a second; null where the target sets it. */
  readonly segments: readonly Segment[] | null;
  /** For a backlog: how many records each producer makes. Null where time is the limit. */
  readonly records: number | null;
  readonly durationMs: number;
  readonly isExact: boolean;
}

/** What the starter tells a process of a run. */
export type Command =
  | { readonly type: "produce"; readonly startEpochMs: number }
  | { readonly type: "consume"; readonly startEpochMs: number }
  | { readonly type: "stop-producing" }
  | { readonly type: "finish" };

/** How far a process is. */
export interface JobProgress {
  readonly type: "progress";
  readonly sent: number;
  readonly confirmed: number;
  readonly failed: number;
  readonly received: number;
  /** The last error of a call, where there was one. */
  readonly error: string | null;
}

/** What a process of a run has done. */
export interface JobResult {
  readonly type: "result";
  readonly sent: readonly Sent[];
  readonly ledgers: readonly LedgerState[];
  readonly slots: readonly SlotState[];
  /** Errors of calls: message, and how often. */
  readonly errors: readonly (readonly [string, number])[];
  readonly use: ProcessUse;
  /** When the first and the last record came, in milliseconds since the start. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Calls that had to wait because too many were under way. */
  readonly held: number;
}

/** What a process of a run tells. */
export type JobMessage =
  | { readonly type: "ready" }
  | { readonly type: "consuming" }
  | JobProgress
  | { readonly type: "produced" }
  /** It cannot go on. */
  | { readonly type: "failed"; readonly error: string }
  | JobResult;
