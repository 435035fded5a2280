import type { DeleteMessageBatchCommandInput, DeleteMessageBatchResult } from "@aws-sdk/client-sqs";
import { withDeadline, type Operation } from "@warrenmq/core/internal";
import { validateDeleteMessageBatch } from "../model/validate/delete-message-batch.ts";
import { settleEach } from "./batch-result.ts";
import type { SqsContext } from "./context.ts";
import { LATE_DELETES } from "./delete-message.ts";
import { requireQueue } from "./queue-lookup.ts";
import { requireReceiptHandle } from "./receipt-handles.ts";

/** DeleteMessageBatch: as DeleteMessage, up to ten at a time, each with its own result. */
export const deleteMessageBatch: Operation<SqsContext, DeleteMessageBatchCommandInput, DeleteMessageBatchResult> = {
  status: "supported",
  difference: LATE_DELETES,
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const batch = validateDeleteMessageBatch(input);
    const { receipts, receiptKeys } = context.sqs;
    const key = receiptKeys.current() ?? (await receiptKeys.look(context.deadline));
    const settling = settleEach(batch, ({ receiptHandle }) => {
      const handle = requireReceiptHandle(queue.name, receiptHandle, key);
      return receipts.delete({ queue: queue.name, handle });
    });
    const taken = withDeadline(receipts.settled(queue.name), context.deadline, `delete messages of "${queue.name}"`);
    const [result] = await Promise.all([settling, taken]);
    return result;
  },
};
