import type { ConfirmSubscriptionCommandInput, ConfirmSubscriptionResponse } from "@aws-sdk/client-sns";
import { OperationError, type Operation } from "@warrenmq/core/internal";
import { invalidParameter } from "../model/errors.ts";
import { optionalText } from "../model/input.ts";
import { TOKEN_MS, type SubscriptionRecord } from "../model/sns-registry.ts";
import { subscriptionArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { change, requireTopic } from "./lookup.ts";

/** ConfirmSubscription: from now on messages go to the endpoint. It also restores what an UnsubscribeURL has cancelled. */
export const confirmSubscription: Operation<SnsContext, ConfirmSubscriptionCommandInput, ConfirmSubscriptionResponse> =
  {
    status: "supported",
    difference: "",
    run: (context, input) => confirm(context, input, true),
  };

/**
 * What visiting a SubscribeURL does: the same without the owner's credentials.
 * @throws OperationError `AuthorizationError` when it asks for AuthenticateOnUnsubscribe, which needs them
 */
export function confirmByUrl(
  context: SnsContext,
  input: ConfirmSubscriptionCommandInput,
): Promise<ConfirmSubscriptionResponse> {
  return confirm(context, input, false);
}

async function confirm(
  context: SnsContext,
  input: ConfirmSubscriptionCommandInput,
  authenticated: boolean,
): Promise<ConfirmSubscriptionResponse> {
  const authenticate = optionalText(input.AuthenticateOnUnsubscribe)?.toLowerCase() === "true";
  if (authenticate && !authenticated) {
    throw new OperationError(
      "AuthorizationErrorException",
      "AuthenticateOnUnsubscribe needs the owner's credentials: call ConfirmSubscription with the SDK.",
    );
  }
  const { name: topic } = await requireTopic(context, input.TopicArn);
  const subscription = await findByToken(context, topic, optionalText(input.Token) ?? "");
  const { sns, deadline } = context;
  const { id } = subscription;
  const isCancelled = sns.registry.state.cancelled.has(id);
  if (subscription.confirmed && !isCancelled) {
    return { SubscriptionArn: await subscriptionArn(context, subscription) };
  }
  // Before the record: a publisher that knows the subscription finds its queue.
  if (isCancelled) await sns.httpQueues.declare(id, deadline);
  await sns.bindings.bind(subscription, deadline);
  const outcome = await change(context, { type: "confirm", name: topic, id, authenticate, authenticated });
  if (outcome.type !== "subscription-exists") return { SubscriptionArn: await subscriptionArn(context, subscription) };
  // Cancelled, and the endpoint was subscribed anew since.
  await sns.httpQueues.delete(subscription, deadline);
  return { SubscriptionArn: await subscriptionArn(context, outcome.subscription) };
}

async function findByToken({ sns, deadline }: SnsContext, topic: string, token: string): Promise<SubscriptionRecord> {
  if (!/^[0-9a-f]{160}$/.test(token)) throw invalidParameter("Token");
  await sns.registry.sync(deadline);
  const { subscriptions, cancelled } = sns.registry.state;
  const found = [...subscriptions.values(), ...cancelled.values()].find((record) => record.token === token);
  if (found?.topic !== topic || Date.now() - found.tokenAt > TOKEN_MS) throw invalidParameter("Token");
  return found;
}
