import type { DeleteMessageCommandInput } from "@aws-sdk/client-sqs";
import { withDeadline, type Operation } from "@warrenmq/core/internal";
import { validateDeleteMessage } from "../model/validate/delete-message.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";
import { requireReceiptHandle } from "./receipt-handles.ts";

/** What differs in DeleteMessage and DeleteMessageBatch. */
export const LATE_DELETES =
  "A delete after the visibility timeout holds in every process, but a process that starts more than an hour later may receive the message once more.";

/** DeleteMessage: acknowledges the delivery, in whichever process it is; after its visibility timeout, the next one. */
export const deleteMessage: Operation<SqsContext, DeleteMessageCommandInput, undefined> = {
  status: "supported",
  difference: LATE_DELETES,
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const { receipts, receiptKeys } = context.sqs;
    const text = validateDeleteMessage(input);
    const key = receiptKeys.current() ?? (await receiptKeys.look(context.deadline));
    const handle = requireReceiptHandle(queue.name, text, key);
    const deleted = receipts.delete({ queue: queue.name, handle }) ?? receipts.settled(queue.name);
    await withDeadline(deleted, context.deadline, `delete a message of queue "${queue.name}"`);
    return undefined;
  },
};
