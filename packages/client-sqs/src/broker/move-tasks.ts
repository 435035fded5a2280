import { pause, registryOf, type Broker, type Deadline, type RegistryView } from "@warrenmq/core/internal";
import {
  atTime,
  MOVE_TASK_FOLD,
  type MoveTask,
  type MoveTaskCommand,
  type MoveTaskOrder,
  type MoveTaskOutcome,
  type MoveTaskState,
  type MoveTaskStatus,
} from "../model/move-task-registry.ts";
import { queueNameOfArn } from "../model/queue-arn.ts";
import type { MoveEnd, MoveOrder } from "./move-session.ts";

/** Moves messages until it ends; never rejects. `shallStop` is asked now and then. */
export interface MoveRun {
  run(shallStop: () => boolean): Promise<MoveEnd>;
}

/** Makes what moves the messages of one queue; `onMoved` is to be called for each. */
export type MakeMoveRun = (order: MoveOrder, onMoved: () => void) => MoveRun;

/** How often a running task writes down how far it is; other processes take it for dead after 60 seconds of silence. */
const REPORT_MS = 5_000;
/** Pause before a task goes on after the connection was lost. */
const RESUME_MS = 500;

/** The message move tasks of a virtual host. Those that this process started run in it; all of them can be seen and cancelled. */
export class MoveTasks {
  readonly #broker: Broker;
  readonly #view: RegistryView<MoveTaskState, MoveTaskCommand, MoveTaskOutcome>;
  readonly #makeRun: MakeMoveRun;
  /** What the tasks that run here have moved, by task id. */
  readonly #moved = new Map<string, number>();
  #closed = false;

  constructor(broker: Broker, makeRun: MakeMoveRun) {
    this.#broker = broker;
    this.#makeRun = makeRun;
    this.#view = registryOf(broker).view(MOVE_TASK_FOLD);
  }

  /** Records a task and runs it, unless the source has one that is active. The process stays alive until it has ended. */
  async start(order: MoveTaskOrder, deadline: Deadline): Promise<MoveTaskOutcome> {
    const outcome = await this.#view.append({ type: "start", ...order }, deadline);
    if (outcome.type === "applied") void this.#run(order);
    return outcome;
  }

  /** Asks the process that runs the task to end it. */
  async cancel(sourceArn: string, taskId: string, deadline: Deadline): Promise<MoveTaskOutcome> {
    const outcome = await this.#view.append({ type: "cancel", sourceArn, taskId }, deadline);
    return outcome.type === "applied" ? { ...outcome, task: this.#live(outcome.task) } : outcome;
  }

  /** The tasks of a source, newest first, at most ten. */
  async list(sourceArn: string, deadline: Deadline): Promise<readonly MoveTask[]> {
    await this.#view.sync(deadline);
    return this.#tasks(sourceArn).map((task) => atTime(task, Date.now()));
  }

  /** Ends the tasks that run here, without a record: they have failed, after a while, for the others. */
  close(): void {
    this.#closed = true;
  }

  async #run(order: MoveTaskOrder): Promise<void> {
    const { taskId } = order;
    this.#moved.set(taskId, 0);
    this.#broker.hold();
    const reports = setInterval(() => void this.#report(order, "RUNNING", null), REPORT_MS).unref();
    try {
      const end = await this.#sessions(order);
      clearInterval(reports);
      if (end.type === "stopped") await this.#report(order, "CANCELLED", null);
      else if (end.type === "failed") await this.#report(order, "FAILED", end.reason);
      else await this.#report(order, "COMPLETED", null);
    } finally {
      clearInterval(reports);
      this.#moved.delete(taskId);
      this.#broker.release();
    }
  }

  /** One session after the other, as long as connections are lost. */
  async #sessions(order: MoveTaskOrder): Promise<MoveEnd> {
    for (;;) {
      const end = await this.#session(order);
      if (end.type !== "lost") return end;
      if (this.#shallStop(order)) return { type: "stopped" };
      await pause(RESUME_MS);
    }
  }

  #session(order: MoveTaskOrder): Promise<MoveEnd> {
    const { taskId, sourceArn, destinationArn, maxPerSecond, toMove } = order;
    const moved = this.#moved.get(taskId) ?? 0;
    const run = this.#makeRun(
      {
        source: queueNameOfArn(sourceArn),
        destination: destinationArn === null ? undefined : queueNameOfArn(destinationArn),
        maxPerSecond: maxPerSecond ?? undefined,
        limit: toMove - moved,
      },
      () => this.#moved.set(taskId, (this.#moved.get(taskId) ?? 0) + 1),
    );
    return run.run(() => this.#shallStop(order));
  }

  #shallStop({ sourceArn, taskId }: MoveTaskOrder): boolean {
    return this.#closed || this.#tasks(sourceArn).find((task) => task.taskId === taskId)?.status !== "RUNNING";
  }

  async #report(
    { sourceArn, taskId }: MoveTaskOrder,
    status: MoveTaskStatus,
    failureReason: string | null,
  ): Promise<void> {
    if (this.#closed) return;
    const moved = this.#moved.get(taskId) ?? 0;
    const report: MoveTaskCommand = { type: "report", sourceArn, taskId, moved, status, failureReason };
    // A report that is lost is followed by another, or the task counts as failed: its messages are where they were.
    await this.#view.append(report, this.#broker.deadline()).catch(() => undefined);
  }

  #tasks(sourceArn: string): MoveTask[] {
    return (this.#view.state.get(sourceArn) ?? []).map((task) => this.#live(task));
  }

  /** As the registry has it, with the latest count if it runs here. */
  #live(task: MoveTask): MoveTask {
    return { ...task, moved: this.#moved.get(task.taskId) ?? task.moved };
  }
}
