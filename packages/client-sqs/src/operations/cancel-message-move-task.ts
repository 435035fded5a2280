import type { CancelMessageMoveTaskCommandInput, CancelMessageMoveTaskResult } from "@aws-sdk/client-sqs";
import { OperationError, type Operation } from "@warrenmq/core/internal";
import { invalidParameterValue } from "@warrenmq/core/queues";
import { parseTaskHandle } from "../model/task-handle.ts";
import { invalidTaskHandle, validateCancelMessageMoveTask } from "../model/validate/cancel-message-move-task.ts";
import type { SqsContext } from "./context.ts";

/** CancelMessageMoveTask: what was moved stays moved. */
export const cancelMessageMoveTask: Operation<
  SqsContext,
  CancelMessageMoveTaskCommandInput,
  CancelMessageMoveTaskResult
> = {
  status: "supported",
  difference: "",
  async run({ sqs, deadline }, input) {
    const handle = parseTaskHandle(validateCancelMessageMoveTask(input));
    if (handle === undefined) throw invalidTaskHandle();
    const outcome = await sqs.moveTasks.cancel(handle.sourceArn, handle.taskId, deadline);
    switch (outcome.type) {
      case "applied":
        return { ApproximateNumberOfMessagesMoved: outcome.task.moved };
      case "no-such-task":
        throw new OperationError("ResourceNotFoundException", "Task does not exist.");
      case "not-running":
      case "already-running":
        // Not recorded from AWS; its guide: "You can only cancel a message movement when the current status is RUNNING".
        throw invalidParameterValue("You can only cancel a message movement when the current status is RUNNING.");
    }
  },
};
