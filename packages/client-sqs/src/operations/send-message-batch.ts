import type {
  BatchResultErrorEntry,
  SendMessageBatchCommandInput,
  SendMessageBatchResult,
  SendMessageBatchResultEntry,
  SendMessageResult,
} from "@aws-sdk/client-sqs";
import { RabbitError, type Operation } from "@warrenmq/core/internal";
import { isNoSuchQueue } from "../broker/sqs-broker.ts";
import { validateSendMessageBatch, type ValidBatchMessage } from "../model/validate/send-message-batch.ts";
import { batchResult } from "./batch-result.ts";
import type { SqsContext } from "./context.ts";
import { publishFifoMessages } from "./publish-fifo-messages.ts";
import { publishMessage } from "./publish-message.ts";
import { onQueue, requireQueue, type Queue } from "./queue-lookup.ts";

/** SendMessageBatch: all messages are published at once on one channel; each succeeds or fails by its own confirm. */
export const sendMessageBatch: Operation<SqsContext, SendMessageBatchCommandInput, SendMessageBatchResult> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const { valid, failed } = validateSendMessageBatch(input, queue.facts);
    const results = await onQueue(
      context,
      queue.name,
      queue.facts.fifo
        ? publishFifoEntries(context, queue, valid)
        : Promise.all(valid.map((message) => publishEntry(context, queue, message))),
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
    return successEntry(message, await publishMessage(context, queue, message));
  } catch (error) {
    return failureEntry(message, error);
  }
}

/** The messages of one batch to a FIFO queue go out together, so that their order is kept. */
async function publishFifoEntries(
  context: SqsContext,
  queue: Queue,
  messages: readonly ValidBatchMessage[],
): Promise<(SendMessageBatchResultEntry | BatchResultErrorEntry)[]> {
  const outcomes = await publishFifoMessages(context, queue, messages);
  return outcomes.map(({ message, outcome }) =>
    "error" in outcome ? failureEntry(message, outcome.error) : successEntry(message, outcome.result),
  );
}

function successEntry({ id }: ValidBatchMessage, result: SendMessageResult): SendMessageBatchResultEntry {
  const { MessageId, MD5OfMessageBody, ...rest } = result;
  return { Id: id, MessageId, MD5OfMessageBody, ...rest };
}

function failureEntry({ id }: ValidBatchMessage, error: unknown): BatchResultErrorEntry {
  // AWS refuses the whole call to a caller without permission.
  const isRefused = error instanceof RabbitError && error.code === "access-refused";
  if (!(error instanceof RabbitError) || isRefused || isNoSuchQueue(error)) throw error;
  return { Id: id, SenderFault: false, Code: "ServiceUnavailable", Message: error.message };
}
