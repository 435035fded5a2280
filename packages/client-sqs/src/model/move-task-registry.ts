import type { CommandFacts, RegistryFold } from "@warrenmq/core/internal";

/** What AWS calls a task's Status. */
export type MoveTaskStatus = "RUNNING" | "CANCELLING" | "CANCELLED" | "COMPLETED" | "FAILED";

/** What is asked for when a task is started. */
export interface MoveTaskOrder {
  /** A UUID. */
  readonly taskId: string;
  readonly sourceArn: string;
  /** `null`: each message goes back to the queue that it came from. */
  readonly destinationArn: string | null;
  /** MaxNumberOfMessagesPerSecond; `null`: as fast as it goes. */
  readonly maxPerSecond: number | null;
  /** ApproximateNumberOfMessagesToMove: what was there at the start. */
  readonly toMove: number;
}

/** A message move task, as all processes see it. */
export interface MoveTask extends MoveTaskOrder {
  readonly status: MoveTaskStatus;
  readonly moved: number;
  readonly failureReason: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** When the process that runs it was last heard of. */
  readonly reportedAt: number;
}

/** The commands that change message move tasks. */
export type MoveTaskCommand =
  | ({ readonly type: "start" } & MoveTaskOrder)
  | { readonly type: "cancel"; readonly sourceArn: string; readonly taskId: string }
  /** By the process that runs the task. `CANCELLING` is not among what it reports. */
  | {
      readonly type: "report";
      readonly sourceArn: string;
      readonly taskId: string;
      readonly moved: number;
      readonly status: MoveTaskStatus;
      readonly failureReason: string | null;
    };

/** What came of a command. */
export type MoveTaskOutcome =
  | { readonly type: "applied"; readonly task: MoveTask }
  /** start: AWS allows one active task for a source. */
  | { readonly type: "already-running" }
  /** cancel and report: the task has ended. */
  | { readonly type: "not-running" }
  | { readonly type: "no-such-task" };

/** The tasks of each source queue by its ARN, newest first. */
export type MoveTaskState = Map<string, readonly MoveTask[]>;

/** AWS lists at most ten. */
const KEPT_TASKS = 10;
/** A task whose process is silent for so long has died with it. */
const SILENCE_MS = 60_000;
/** FailureReason of a task whose process has died. */
const PROCESS_GONE = "WarrenMQ.ProcessGone";

const STATUSES: ReadonlySet<string> = new Set<MoveTaskStatus>([
  "RUNNING",
  "CANCELLING",
  "CANCELLED",
  "COMPLETED",
  "FAILED",
]);

/** How message move tasks are read off the registry's log. */
export const MOVE_TASK_FOLD: RegistryFold<MoveTaskState, MoveTaskCommand, MoveTaskOutcome> = {
  service: "sqs.move-tasks",
  initial: () => new Map(),
  parse: parseCommand,
  apply: applyCommand,
  snapshot: {
    version: 1,
    dump: (state) => [...state.values()].flat(),
    load: loadTasks,
  },
};

/** The task as it is at `now`: one whose process fell silent has failed. */
export function atTime(task: MoveTask, now: number): MoveTask {
  const active = task.status === "RUNNING" || task.status === "CANCELLING";
  if (!active || now - task.reportedAt <= SILENCE_MS) return task;
  return { ...task, status: "FAILED", failureReason: PROCESS_GONE };
}

/** Whether the task still moves messages, or is about to stop. */
export function isActive({ status }: MoveTask): boolean {
  return status === "RUNNING" || status === "CANCELLING";
}

function applyCommand(state: MoveTaskState, command: MoveTaskCommand, { at }: CommandFacts): MoveTaskOutcome {
  const tasks = (state.get(command.sourceArn) ?? []).map((task) => atTime(task, at));
  if (command.type === "start") return start(state, tasks, command, at);
  const index = tasks.findIndex(({ taskId }) => taskId === command.taskId);
  const task = tasks[index];
  if (task === undefined) return { type: "no-such-task" };
  if (!isActive(task)) return { type: "not-running" };
  const changed = command.type === "cancel" ? cancelled(task) : reported(task, command, at);
  state.set(command.sourceArn, tasks.with(index, changed));
  return { type: "applied", task: changed };
}

function start(
  state: MoveTaskState,
  tasks: readonly MoveTask[],
  { taskId, sourceArn, destinationArn, maxPerSecond, toMove }: MoveTaskOrder,
  at: number,
): MoveTaskOutcome {
  if (tasks.some(isActive)) return { type: "already-running" };
  const order = { taskId, sourceArn, destinationArn, maxPerSecond, toMove };
  const task: MoveTask = {
    ...order,
    status: "RUNNING",
    moved: 0,
    failureReason: undefined,
    startedAt: at,
    reportedAt: at,
  };
  state.set(sourceArn, [task, ...tasks].slice(0, KEPT_TASKS));
  return { type: "applied", task };
}

function cancelled(task: MoveTask): MoveTask {
  return { ...task, status: "CANCELLING" };
}

function reported(task: MoveTask, report: MoveTaskCommand & { type: "report" }, at: number): MoveTask {
  // A report that crossed the cancellation does not undo it.
  const status = report.status === "RUNNING" ? task.status : report.status;
  return { ...task, status, moved: report.moved, failureReason: report.failureReason ?? undefined, reportedAt: at };
}

/** Newest first for each source, as they were. */
function loadTasks(data: unknown): MoveTaskState | undefined {
  if (!Array.isArray(data) || !data.every(isTask)) return undefined;
  const state: MoveTaskState = new Map();
  for (const task of data) state.set(task.sourceArn, [...(state.get(task.sourceArn) ?? []), task]);
  return state;
}

function isTask(value: unknown): value is MoveTask {
  const order = parseCommand({ ...Object(value), type: "start" });
  const report = parseCommand({ failureReason: null, ...Object(value), type: "report" });
  const { startedAt, reportedAt }: Partial<Record<string, unknown>> = { ...Object(value) };
  return order !== undefined && report !== undefined && isCount(startedAt) && isCount(reportedAt);
}

function parseCommand(data: unknown): MoveTaskCommand | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const fields: Partial<Record<string, unknown>> = { ...data };
  const { type, taskId, sourceArn } = fields;
  if (typeof taskId !== "string" || typeof sourceArn !== "string") return undefined;
  switch (type) {
    case "start": {
      const { destinationArn, maxPerSecond, toMove } = fields;
      if (!isTextOrNull(destinationArn) || !(maxPerSecond === null || isCount(maxPerSecond)) || !isCount(toMove)) break;
      return { type, taskId, sourceArn, destinationArn, maxPerSecond, toMove };
    }
    case "cancel":
      return { type, taskId, sourceArn };
    case "report": {
      const { moved, status, failureReason } = fields;
      if (!isCount(moved) || !isStatus(status) || !isTextOrNull(failureReason)) break;
      return { type, taskId, sourceArn, moved, status, failureReason };
    }
  }
  return undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isStatus(value: unknown): value is MoveTaskStatus {
  return typeof value === "string" && STATUSES.has(value);
}
