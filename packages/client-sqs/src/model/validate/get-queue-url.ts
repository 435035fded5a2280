import { optionalString } from "../json-types.ts";
import { requireQueueName } from "./create-queue.ts";

/** A GetQueueUrl that may be carried out. */
export interface ValidGetQueueUrl {
  readonly queueName: string;
  readonly ownerAccountId: string | undefined;
}

/** Checks a GetQueueUrl as SQS does. A name that no queue can have is simply not found. */
export function validateGetQueueUrl(input: {
  readonly QueueName?: unknown;
  readonly QueueOwnerAWSAccountId?: unknown;
}): ValidGetQueueUrl {
  const queueName = optionalString(input.QueueName);
  return {
    queueName: requireQueueName(queueName === "" ? undefined : queueName),
    ownerAccountId: optionalString(input.QueueOwnerAWSAccountId),
  };
}
