import type { UnsubscribeCommandInput } from "@aws-sdk/client-sns";
import { OperationError, type Operation } from "@warrenmq/core/internal";
import { subscriptionOf } from "../model/arns.ts";
import type { SubscriptionRecord } from "../model/sns-registry.ts";
import { newToken } from "../model/token.ts";
import type { SnsContext } from "./context.ts";

/** Unsubscribe: no further message goes to the endpoint. Idempotent. */
export const unsubscribe: Operation<SnsContext, UnsubscribeCommandInput, undefined> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const subscription = await find(context, input);
    if (subscription !== undefined) await remove(context, subscription);
    return undefined;
  },
};

/**
 * What visiting an UnsubscribeURL does: without the owner's credentials. The endpoint is told, so that its owner can take
 * it back. AWS: "If the Unsubscribe call does not require authentication and the requester is not the subscription owner,
 * a final cancellation message is delivered to the endpoint."
 * @throws OperationError `AuthorizationError` when the subscription wants its owner for that
 */
export async function unsubscribeByUrl(context: SnsContext, input: UnsubscribeCommandInput): Promise<void> {
  const subscription = await find(context, input);
  if (subscription === undefined) return;
  if (subscription.authenticateOnUnsubscribe) {
    throw new OperationError("AuthorizationErrorException", "This subscription can be cancelled by its owner only.");
  }
  if (!subscription.confirmed) return remove(context, subscription); // it has asked for nothing yet
  const token = newToken();
  await remove(context, subscription, token);
  await context.sns.httpQueues.announceCancellation(subscription.id, token, context.deadline);
}

async function find(
  { sns, deadline }: SnsContext,
  { SubscriptionArn }: UnsubscribeCommandInput,
): Promise<SubscriptionRecord | undefined> {
  const { topicName, id } = subscriptionOf(SubscriptionArn);
  const subscription = await sns.findSubscription(id, deadline);
  return subscription?.topic === topicName ? subscription : undefined;
}

async function remove({ sns, deadline }: SnsContext, subscription: SubscriptionRecord, token?: string): Promise<void> {
  const { id, topic: name } = subscription;
  const command = { type: "unsubscribe", name, id } as const;
  await sns.registry.append(token === undefined ? command : { ...command, token }, deadline);
  await sns.bindings.unbind(subscription, deadline);
  await sns.httpQueues.delete(subscription, deadline);
}
