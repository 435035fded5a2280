import type { GetSubscriptionAttributesCommandInput, GetSubscriptionAttributesResponse } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { shownSubscriptionPolicy } from "../model/delivery-policy.ts";
import { subscriptionArn, topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { requireSubscription } from "./lookup.ts";

/** GetSubscriptionAttributes: what was set, and AWS's defaults. */
export const getSubscriptionAttributes: Operation<
  SnsContext,
  GetSubscriptionAttributesCommandInput,
  GetSubscriptionAttributesResponse
> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const subscription = await requireSubscription(context, input.SubscriptionArn);
    const { topic, protocol, endpoint, confirmed, attributes, replay } = subscription;
    const result: Record<string, string> = {
      SubscriptionPrincipal: `arn:aws:iam::${context.accountId}:root`,
      SubscriptionArn: await subscriptionArn(context, subscription),
      Owner: context.accountId,
      TopicArn: await topicArn(context, topic),
      Endpoint: endpoint,
      Protocol: protocol,
      PendingConfirmation: String(!confirmed),
      ConfirmationWasAuthenticated: String(subscription.confirmationWasAuthenticated),
      RawMessageDelivery: "false",
      ...attributes,
    };
    if (attributes["FilterPolicy"] === undefined) delete result["FilterPolicyScope"]; // AWS shows both or none
    if (protocol !== "sqs") {
      const topicPolicy = context.sns.registry.state.topics.get(topic)?.attributes["DeliveryPolicy"];
      result["EffectiveDeliveryPolicy"] = shownSubscriptionPolicy(topicPolicy, attributes["DeliveryPolicy"]);
    }
    if (replay !== undefined) result["ReplayStatus"] = replay.status;
    return { Attributes: result };
  },
};
