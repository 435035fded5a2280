import type { GetQueueAttributesCommandInput, GetQueueAttributesResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { selectAttributes } from "../model/queue-attribute-selection.ts";
import type { QueueAttributeName } from "../model/queue-attribute-table.ts";
import { withDefaults } from "../model/queue-attributes.ts";
import { validateGetQueueAttributes } from "../model/validate/get-queue-attributes.ts";
import type { SqsContext } from "./context.ts";
import { queueArn } from "./queue-address.ts";
import { queueDoesNotExist, requireQueue, type Queue } from "./queue-lookup.ts";

/** GetQueueAttributes: attributes from the registry, counts from the broker and from every process. */
export const getQueueAttributes: Operation<SqsContext, GetQueueAttributesCommandInput, GetQueueAttributesResult> = {
  status: "supported",
  difference:
    "A process that has ended, or does not answer within a second, is missing from the counts of messages in flight and delayed.",
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const names = validateGetQueueAttributes(input);
    if (names.length === 0) return {};
    const Attributes = selectAttributes(await allAttributes(context, queue), names);
    return Attributes === undefined ? {} : { Attributes };
  },
};

async function allAttributes(
  context: SqsContext,
  { name, record }: Queue,
): Promise<Partial<Record<QueueAttributeName, string>>> {
  const { sqs, deadline } = context;
  const counts = await sqs.count(name, deadline);
  if (counts === undefined) {
    await sqs.forgetQueue(name, deadline);
    throw queueDoesNotExist();
  }
  return {
    ...withDefaults(record.attributes),
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: epochSeconds(record.createdAt),
    LastModifiedTimestamp: epochSeconds(record.modifiedAt),
    QueueArn: await queueArn(context, name),
  };
}

function epochSeconds(ms: number): string {
  return String(Math.floor(ms / 1_000));
}
