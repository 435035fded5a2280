import { queueNameOfArn } from "../model/queue-arn.ts";
import type { QueueAttributes } from "../model/queue-attributes.ts";
import { allowsRedriveFrom, parseRedriveAllowPolicy, redriveNotAllowed } from "../model/redrive-allow-policy.ts";
import { deadLetterTargetMissing, parseRedrivePolicy } from "../model/redrive-policy.ts";
import type { SqsContext } from "./context.ts";
import { queueArn } from "./queue-address.ts";

/**
 * Checks what a RedrivePolicy says of another queue: the dead-letter queue exists, and its RedriveAllowPolicy lets this
 * queue use it. Form and queue type were checked with the attribute.
 * @throws OperationError `InvalidParameterValue`
 */
export async function checkRedrivePolicy(
  context: SqsContext,
  queueName: string,
  attributes: QueueAttributes,
): Promise<void> {
  if (attributes.RedrivePolicy === undefined) return;
  const policy = parseRedrivePolicy(attributes.RedrivePolicy, attributes.FifoQueue === "true");
  const target = queueNameOfArn(policy.deadLetterTargetArn);
  const exists = await context.sqs.hasQueue(target, context.deadline);
  const record = exists ? context.sqs.registry.state.queues.get(target) : undefined;
  if (record === undefined) throw deadLetterTargetMissing(policy);
  const allowText = record.attributes["RedriveAllowPolicy"];
  const allowed = allowText === undefined ? undefined : parseRedriveAllowPolicy(allowText);
  if (!allowsRedriveFrom(allowed, await queueArn(context, queueName))) throw redriveNotAllowed(policy);
}
