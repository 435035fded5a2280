import { buildArn, subscriptionResource } from "@warrenmq/core/internal";
import { effectivePolicy } from "../model/delivery-policy.ts";
import type { HttpSubscriber } from "../model/http-request.ts";
import type { SubscriptionRecord, TopicRecord } from "../model/sns-registry.ts";
import { topicFacts } from "../model/topic-facts.ts";

/** What ARNs and addresses in documents are made of. */
export interface SubscriberNaming {
  readonly region: string;
  readonly accountId: string;
  /** Where the worker answers, without a slash at the end. */
  readonly publicUrl: string;
}

/** How a subscription gets its messages now. */
export function subscriberOf(
  { topic: topicName, id, attributes }: SubscriptionRecord,
  topic: TopicRecord,
  { region, accountId, publicUrl }: SubscriberNaming,
): HttpSubscriber {
  const arn = (resource: string): string => buildArn({ service: "sns", region, accountId, resource });
  const subscriptionArn = arn(subscriptionResource({ topicName, subscriptionId: id }));
  return {
    topicArn: arn(topicName),
    subscriptionArn,
    unsubscribeUrl: `${publicUrl}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
    raw: attributes["RawMessageDelivery"] === "true",
    policy: effectivePolicy(topic.attributes["DeliveryPolicy"], attributes["DeliveryPolicy"]),
    signatureVersion: topicFacts(topic).signatureVersion,
  };
}
