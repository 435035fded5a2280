import { subscriptionOf, topicNameOf } from "../model/arns.ts";
import { subscriptionNotFound, topicNotFound } from "../model/errors.ts";
import type { SnsCommand } from "../model/sns-command.ts";
import type { SnsOutcome, SubscriptionRecord, TopicRecord } from "../model/sns-registry.ts";
import type { SnsContext } from "./context.ts";

/**
 * The topic of a request's `TopicArn`; a promise when the registry has to be asked.
 * @throws OperationError `InvalidParameter`, `NotFound`
 */
export function requireTopic(
  context: SnsContext,
  arn: unknown,
  parameter = "TopicArn",
): TopicRecord | Promise<TopicRecord> {
  const found = context.sns.findTopic(topicNameOf(arn, parameter), context.deadline);
  return found instanceof Promise ? found.then(existing) : existing(found);
}

function existing(topic: TopicRecord | undefined): TopicRecord {
  if (topic === undefined) throw topicNotFound();
  return topic;
}

/** The subscription of a request's `SubscriptionArn`. @throws OperationError `InvalidParameter`, `NotFound` */
export async function requireSubscription(context: SnsContext, arn: unknown): Promise<SubscriptionRecord> {
  const { topicName, id } = subscriptionOf(arn);
  const subscription = await context.sns.findSubscription(id, context.deadline);
  if (subscription?.topic !== topicName) throw subscriptionNotFound();
  return subscription;
}

/** Writes a command. @throws OperationError `NotFound` when another process deleted what it is about */
export async function change(context: SnsContext, command: SnsCommand): Promise<SnsOutcome> {
  const outcome = await context.sns.registry.append(command, context.deadline);
  if (outcome.type === "no-such-topic") throw topicNotFound();
  if (outcome.type === "no-such-subscription") throw subscriptionNotFound();
  return outcome;
}
