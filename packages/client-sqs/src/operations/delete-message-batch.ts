import type { DeleteMessageBatchCommandInput, DeleteMessageBatchResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { validateDeleteMessageBatch } from "../model/validate/delete-message-batch.ts";
import { settleEach } from "./batch-result.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";
import { requireReceiptHandle } from "./receipt-handles.ts";

/** DeleteMessageBatch: as DeleteMessage, up to ten at a time, each with its own result. */
export const deleteMessageBatch: Operation<SqsContext, DeleteMessageBatchCommandInput, DeleteMessageBatchResult> = {
  status: "partial",
  difference: "Only the process that received a message can delete it, for now.",
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const batch = validateDeleteMessageBatch(input);
    const deliveries = context.sqs.deliveries(queue.name);
    const result = settleEach(batch, ({ receiptHandle }) => {
      deliveries.delete(requireReceiptHandle(context, queue.name, receiptHandle));
    });
    await context.sqs.fifo(queue.name)?.deletesArrived();
    return result;
  },
};
