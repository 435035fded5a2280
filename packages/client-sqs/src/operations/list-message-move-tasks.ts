import type {
  ListMessageMoveTasksCommandInput,
  ListMessageMoveTasksResult,
  ListMessageMoveTasksResultEntry,
} from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import type { MoveTask } from "../model/move-task-registry.ts";
import { formatTaskHandle } from "../model/task-handle.ts";
import { validateListMessageMoveTasks } from "../model/validate/list-message-move-tasks.ts";
import type { SqsContext } from "./context.ts";
import { requireQueueOfArn } from "./move-task-queues.ts";

/** ListMessageMoveTasks: the last tasks of a source queue, newest first. */
export const listMessageMoveTasks: Operation<SqsContext, ListMessageMoveTasksCommandInput, ListMessageMoveTasksResult> =
  {
    status: "supported",
    difference:
      "The number of messages moved is up to 5 seconds old for a task of another process. A task whose process died shows as FAILED after 60 seconds.",
    async run(context, input) {
      const { sqs, deadline } = context;
      const { sourceArn, maxResults } = validateListMessageMoveTasks(input);
      const source = await requireQueueOfArn(context, "SourceArn", sourceArn);
      const tasks = await sqs.moveTasks.list(sourceArn, deadline);
      // Those of an earlier queue of the name are none of this queue's.
      const createdAt = sqs.registry.state.queues.get(source)?.createdAt ?? 0;
      const own = tasks.filter(({ startedAt }) => startedAt >= createdAt);
      return { Results: own.slice(0, maxResults).map(toEntry) };
    },
  };

function toEntry(task: MoveTask): ListMessageMoveTasksResultEntry {
  const entry: ListMessageMoveTasksResultEntry = {
    Status: task.status,
    SourceArn: task.sourceArn,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    StartedTimestamp: task.startedAt,
  };
  // AWS gives the handle only while the task can be cancelled.
  if (task.status === "RUNNING") entry.TaskHandle = formatTaskHandle(task);
  if (task.destinationArn !== null) entry.DestinationArn = task.destinationArn;
  if (task.maxPerSecond !== null) entry.MaxNumberOfMessagesPerSecond = task.maxPerSecond;
  if (task.failureReason !== undefined) entry.FailureReason = task.failureReason;
  return entry;
}
