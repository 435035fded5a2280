import type { PublishBatchCommandInput, PublishBatchResponse, PublishBatchResultEntry } from "@aws-sdk/client-sns";
import { RabbitError, type Operation } from "@warrenmq/core/internal";
import type { TopicRecord } from "../model/sns-registry.ts";
import { topicFacts } from "../model/topic-facts.ts";
import { validatePublishBatch, type FailedEntry, type ValidBatchPublish } from "../model/validate/publish-batch.ts";
import { topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { requireTopic } from "./lookup.ts";
import { publishFifo, publishStandard } from "./publish-messages.ts";

/** PublishBatch: all messages are published at once; each succeeds or fails by itself, those of a FIFO topic together. */
export const publishBatch: Operation<SnsContext, PublishBatchCommandInput, PublishBatchResponse> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const topic = await requireTopic(context, input.TopicArn);
    const facts = topicFacts(topic);
    const { valid, failed } = validatePublishBatch(input, facts);
    const results = facts.fifo
      ? await publishFifoEntries(context, topic, valid)
      : await publishEntries(context, topic, valid);
    const unsent = results.filter((result) => "Code" in result);
    return { Successful: results.filter((result) => "MessageId" in result), Failed: [...failed, ...unsent] };
  },
};

/** What the broker did not confirm fails its entry: the others may have been stored, so the call cannot fail as a whole. */
async function publishEntries(
  context: SnsContext,
  topic: TopicRecord,
  messages: readonly ValidBatchPublish[],
): Promise<(PublishBatchResultEntry | FailedEntry)[]> {
  const arn = await topicArn(context, topic.name);
  return Promise.all(
    messages.map((message) =>
      publishStandard(context, topic, message, arn).then(
        (MessageId) => ({ Id: message.id, MessageId }),
        (error: unknown) => failure(message, error),
      ),
    ),
  );
}

async function publishFifoEntries(
  context: SnsContext,
  topic: TopicRecord,
  messages: readonly ValidBatchPublish[],
): Promise<(PublishBatchResultEntry | FailedEntry)[]> {
  try {
    const accepted = await publishFifo(context, topic, messages);
    return messages.map(({ id }, index) => ({
      Id: id,
      MessageId: accepted[index]?.messageId,
      SequenceNumber: accepted[index]?.sequenceNumber,
    }));
  } catch (error) {
    return messages.map((message) => failure(message, error));
  }
}

function failure({ id }: ValidBatchPublish, error: unknown): FailedEntry {
  // AWS refuses the whole call to a caller without permission.
  if (!(error instanceof RabbitError) || error.code === "access-refused") throw error;
  return { Id: id, SenderFault: false, Code: "ServiceUnavailable", Message: error.message };
}
