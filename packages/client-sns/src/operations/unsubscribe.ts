import type { UnsubscribeCommandInput } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { subscriptionOf } from "../model/arns.ts";
import type { SnsContext } from "./context.ts";

/** Unsubscribe: no further message goes to the endpoint. Idempotent. */
export const unsubscribe: Operation<SnsContext, UnsubscribeCommandInput, undefined> = {
  status: "supported",
  difference: "Sends no UnsubscribeConfirmation to HTTP endpoints.",
  async run({ sns, deadline }, input) {
    const { topicName, id } = subscriptionOf(input.SubscriptionArn);
    const subscription = await sns.findSubscription(id, deadline);
    if (subscription?.topic !== topicName) return undefined;
    await sns.registry.append({ type: "unsubscribe", name: topicName, id }, deadline);
    await sns.bindings.unbind(subscription, deadline);
    await sns.httpQueues.delete(subscription, deadline);
    return undefined;
  },
};
