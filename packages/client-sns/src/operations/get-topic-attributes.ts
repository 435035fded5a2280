import type { GetTopicAttributesCommandInput, GetTopicAttributesResponse } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { shownTopicPolicy } from "../model/delivery-policy.ts";
import { subscriptionsOf } from "../model/sns-registry.ts";
import { archiveDays } from "../model/topic-attributes.ts";
import { defaultPolicy } from "../model/topic-policy.ts";
import { topicFacts } from "../model/topic-facts.ts";
import { topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { requireTopic } from "./lookup.ts";

const DAY_MS = 86_400_000;

/** GetTopicAttributes: what was set, AWS's defaults, and counts of subscriptions. */
export const getTopicAttributes: Operation<SnsContext, GetTopicAttributesCommandInput, GetTopicAttributesResponse> = {
  status: "supported",
  difference: "Counts of subscriptions are exact.",
  async run(context, input) {
    const topic = await requireTopic(context, input.TopicArn);
    const arn = await topicArn(context, topic.name);
    const subscriptions = subscriptionsOf(context.sns.registry.state, topic.name);
    const confirmed = subscriptions.filter((subscription) => subscription.confirmed).length;
    const { fifo, contentBasedDeduplication } = topicFacts(topic);
    const days = archiveDays(topic.attributes);
    const attributes: Record<string, string> = {
      Policy: defaultPolicy(arn),
      Owner: context.accountId,
      SubscriptionsPending: String(subscriptions.length - confirmed),
      TopicArn: arn,
      EffectiveDeliveryPolicy: shownTopicPolicy(topic.attributes["DeliveryPolicy"]),
      SubscriptionsConfirmed: String(confirmed),
      DisplayName: "",
      SubscriptionsDeleted: String(topic.deletedSubscriptions),
      ...topic.attributes,
    };
    if (fifo) {
      attributes["FifoTopic"] = "true";
      attributes["ContentBasedDeduplication"] = String(contentBasedDeduplication);
      attributes["FifoThroughputScope"] ??= "Topic";
    }
    if (days !== undefined) {
      attributes["BeginningArchiveTime"] = new Date(
        Math.max(topic.createdAt, Date.now() - days * DAY_MS),
      ).toISOString();
    }
    return { Attributes: attributes };
  },
};
