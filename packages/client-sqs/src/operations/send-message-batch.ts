import type {
  BatchResultErrorEntry,
  SendMessageBatchCommandInput,
  SendMessageBatchResult,
  SendMessageBatchResultEntry,
} from "@aws-sdk/client-sqs";
import { RabbitError, type Operation } from "@warrenmq/core/internal";
import { isNoSuchQueue } from "../broker/sqs-broker.ts";
import { validateSendMessageBatch, type ValidBatchMessage } from "../model/validate/send-message-batch.ts";
import { batchResult } from "./batch-result.ts";
import type { SqsContext } from "./context.ts";
import { publishMessage } from "./publish-message.ts";
import { onQueue, requireQueue, type Queue } from "./queue-lookup.ts";

/** SendMessageBatch: all messages are published at once on one channel; each succeeds or fails by its own confirm. */
export const sendMessageBatch: Operation<SqsContext, SendMessageBatchCommandInput, SendMessageBatchResult> = {
  status: "partial",
  difference: "FIFO queues are refused for now.",
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const { valid, failed } = validateSendMessageBatch(input, queue.facts);
    const results = await onQueue(
      context,
      queue.name,
      Promise.all(valid.map((message) => publishEntry(context, queue, message))),
    );
    const successful = results.filter((result) => "MessageId" in result);
    const unsent = results.filter((result) => "Code" in result);
    return batchResult(successful, [...failed, ...unsent]);
  },
};

/** What the broker did not confirm fails its entry: the others may have been stored, so the call cannot fail as a whole. */
async function publishEntry(
  context: SqsContext,
  queue: Queue,
  message: ValidBatchMessage,
): Promise<SendMessageBatchResultEntry | BatchResultErrorEntry> {
  try {
    const { MessageId, MD5OfMessageBody, ...digests } = await publishMessage(context, queue, message);
    return { Id: message.id, MessageId, MD5OfMessageBody, ...digests };
  } catch (error) {
    if (!(error instanceof RabbitError) || isNoSuchQueue(error)) throw error;
    return { Id: message.id, SenderFault: false, Code: "ServiceUnavailable", Message: error.message };
  }
}
