import type { StartMessageMoveTaskCommandInput, StartMessageMoveTaskResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { randomUUID } from "node:crypto";
import { invalidParameterValue } from "@warrenmq/core/queues";
import { deadLetterSources } from "../model/dead-letter-sources.ts";
import { isFifoQueueName } from "../model/queue-name.ts";
import { formatTaskHandle } from "../model/task-handle.ts";
import { validateStartMessageMoveTask } from "../model/validate/start-message-move-task.ts";
import type { SqsContext } from "./context.ts";
import { requireQueueOfArn } from "./move-task-queues.ts";

/** StartMessageMoveTask: moves the messages that lie in a dead-letter queue now, as new messages. */
export const startMessageMoveTask: Operation<SqsContext, StartMessageMoveTaskCommandInput, StartMessageMoveTaskResult> =
  {
    status: "supported",
    difference:
      "The task runs in the process that started it, which stays alive until it has ended; destroy() ends it. Without a rate it goes as fast as the broker can. It moves as many messages as there are when it starts.",
    async run(context, input) {
      const { sqs, deadline } = context;
      const { sourceArn, destinationArn, maxNumberOfMessagesPerSecond } = validateStartMessageMoveTask(input);
      const source = await requireQueueOfArn(context, "SourceArn", sourceArn);
      if (deadLetterSources(sqs.registry.state.queues.values(), source).length === 0) {
        throw invalidParameterValue("Source queue must be configured as a Dead Letter Queue.");
      }
      if (destinationArn !== undefined) {
        const destination = await requireQueueOfArn(context, "DestinationArn", destinationArn);
        // Text not recorded.
        if (isFifoQueueName(destination) !== isFifoQueueName(source)) {
          throw invalidParameterValue("Source queue and destination queue must be of the same type.");
        }
      }
      const order = {
        taskId: randomUUID(),
        sourceArn,
        destinationArn: destinationArn ?? null,
        maxPerSecond: maxNumberOfMessagesPerSecond ?? null,
        toMove: await sqs.countToMove(source, deadline),
      };
      const outcome = await sqs.moveTasks.start(order, deadline);
      if (outcome.type === "already-running") {
        throw invalidParameterValue(
          "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
        );
      }
      return { TaskHandle: formatTaskHandle(order) };
    },
  };
