import type { CreateQueueCommandInput, CreateQueueResult } from "@aws-sdk/client-sqs";
import { OperationError, type Operation } from "@warrenmq/core/internal";
import { FIFO_PARTITIONS, type FifoLayout, type QueueRecord } from "@warrenmq/core/queues";
import { differingAttribute, queueNameExists, type QueueAttributes } from "../model/queue-attributes.ts";
import { queueFacts, type QueueFacts } from "../model/queue-facts.ts";
import { validateCreateQueue } from "../model/validate/create-queue.ts";
import { checkRedrivePolicy } from "./check-redrive-policy.ts";
import type { SqsContext } from "./context.ts";
import { queueUrl } from "./queue-address.ts";

/** CreateQueue: declares a quorum queue of that name, and records its attributes and tags. Idempotent as AWS's. */
export const createQueue: Operation<SqsContext, CreateQueueCommandInput, CreateQueueResult> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { sqs, deadline } = context;
    const { queueName, attributes, tags } = validateCreateQueue(input);
    await checkRedrivePolicy(context, queueName, attributes);
    const fifo = fifoLayout(queueFacts(attributes));
    const outcome = await sqs.createQueue(
      { type: "create-queue", name: queueName, attributes, tags, ...fifo },
      deadline,
    );
    refuseDeletedRecently(outcome.type === "deleted-recently");
    if (outcome.type === "exists") refuseDifferent(outcome.queue, attributes);
    return { QueueUrl: await queueUrl(context, queueName) };
  },
};

function fifoLayout({ fifo, deduplicationScope }: QueueFacts): { readonly fifo?: FifoLayout } {
  return fifo ? { fifo: { partitions: FIFO_PARTITIONS, deduplicationScope } } : {};
}

function refuseDifferent(existing: QueueRecord, requested: QueueAttributes): void {
  const differing = differingAttribute(existing.attributes, requested);
  if (differing !== undefined) throw queueNameExists(differing);
}

function refuseDeletedRecently(recently: boolean): void {
  if (!recently) return;
  throw new OperationError(
    "QueueDeletedRecently",
    "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
  );
}
