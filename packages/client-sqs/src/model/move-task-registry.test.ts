import { describe, expect, it } from "vitest";
import {
  atTime,
  MOVE_TASK_FOLD,
  type MoveTaskCommand,
  type MoveTaskOrder,
  type MoveTaskState,
} from "./move-task-registry.ts";

const SOURCE = "arn:aws:sqs:eu-central-1:123456789012:dead";
const START = 1_700_000_000_000;

function order(taskId: string): MoveTaskOrder {
  return { taskId, sourceArn: SOURCE, destinationArn: null, maxPerSecond: null, toMove: 5 };
}

function start(taskId: string): MoveTaskCommand {
  return { type: "start", ...order(taskId) };
}

function report(taskId: string, changes: Partial<MoveTaskCommand & { type: "report" }> = {}): MoveTaskCommand {
  return { type: "report", taskId, sourceArn: SOURCE, moved: 1, status: "RUNNING", failureReason: null, ...changes };
}

function apply(state: MoveTaskState, command: MoveTaskCommand, afterMs = 0) {
  return MOVE_TASK_FOLD.apply(state, command, { id: "any", at: START + afterMs });
}

describe("message move tasks", () => {
  it("run one at a time for each source", () => {
    const state = MOVE_TASK_FOLD.initial();
    expect(apply(state, start("a"))).toMatchObject({ type: "applied", task: { status: "RUNNING", moved: 0 } });
    expect(apply(state, start("b"))).toEqual({ type: "already-running" });
    expect(apply(state, report("a", { status: "COMPLETED", moved: 5 }))).toMatchObject({ task: { moved: 5 } });
    expect(apply(state, start("b"))).toMatchObject({ type: "applied" });
    expect(state.get(SOURCE)?.map(({ taskId, status }) => [taskId, status])).toEqual([
      ["b", "RUNNING"],
      ["a", "COMPLETED"],
    ]);
  });

  it("are cancelled by their process, even when a report crosses the cancellation", () => {
    const state = MOVE_TASK_FOLD.initial();
    apply(state, start("a"));
    expect(apply(state, { type: "cancel", sourceArn: SOURCE, taskId: "a" })).toMatchObject({
      task: { status: "CANCELLING" },
    });
    expect(apply(state, report("a", { moved: 2 }))).toMatchObject({ task: { status: "CANCELLING", moved: 2 } });
    expect(apply(state, start("b"))).toEqual({ type: "already-running" });
    expect(apply(state, report("a", { status: "CANCELLED" }))).toMatchObject({ task: { status: "CANCELLED" } });
    expect(apply(state, report("a"))).toEqual({ type: "not-running" });
    expect(apply(state, report("unknown"))).toEqual({ type: "no-such-task" });
  });

  it("have failed when their process fell silent, and make room for another", () => {
    const state = MOVE_TASK_FOLD.initial();
    apply(state, start("a"));
    apply(state, report("a"), 30_000);
    const [task] = state.get(SOURCE) ?? [];
    if (task === undefined) throw new Error("the task is missing");
    expect(atTime(task, START + 90_000).status).toBe("RUNNING");
    expect(atTime(task, START + 90_001)).toMatchObject({ status: "FAILED", failureReason: "WarrenMQ.ProcessGone" });
    expect(apply(state, start("b"), 90_001)).toMatchObject({ type: "applied" });
    expect(apply(state, report("a"), 90_002)).toEqual({ type: "not-running" });
  });

  it("are kept to the last ten", () => {
    const state = MOVE_TASK_FOLD.initial();
    for (let index = 0; index < 12; index++) {
      apply(state, start(`task-${index}`));
      apply(state, report(`task-${index}`, { status: "COMPLETED" }));
    }
    expect(state.get(SOURCE)?.map(({ taskId }) => taskId)).toHaveLength(10);
    expect(state.get(SOURCE)?.[0]?.taskId).toBe("task-11");
  });

  it("ignore records that are malformed or of another version", () => {
    const valid = JSON.parse(JSON.stringify(start("a")));
    expect(MOVE_TASK_FOLD.parse(valid)).toEqual(start("a"));
    expect(MOVE_TASK_FOLD.parse(JSON.parse(JSON.stringify(report("a"))))).toEqual(report("a"));
    for (const malformed of [null, "start", {}, { ...valid, toMove: -1 }, { ...valid, maxPerSecond: "5" }]) {
      expect(MOVE_TASK_FOLD.parse(malformed)).toBeUndefined();
    }
    expect(MOVE_TASK_FOLD.parse({ ...report("a"), status: "PAUSED" })).toBeUndefined();
  });
});

it("are in a snapshot as they were", () => {
  const { snapshot } = MOVE_TASK_FOLD;
  if (snapshot === undefined) throw new Error("there is no snapshot");
  const state = MOVE_TASK_FOLD.initial();
  apply(state, start("a"), 1);
  apply(state, report("a", { status: "FAILED", failureReason: "why" }), 2);
  apply(state, start("b"), 3);
  apply(state, { type: "start", ...order("c"), sourceArn: "arn:other" }, 4);
  expect(snapshot.load(JSON.parse(JSON.stringify(snapshot.dump(state))))).toEqual(state);
  for (const other of [null, {}, [null], [1], [{ ...order("d"), status: "RUNNING" }]]) {
    expect(snapshot.load(other)).toBeUndefined();
  }
});
