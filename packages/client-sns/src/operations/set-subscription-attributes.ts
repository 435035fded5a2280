import type { SetSubscriptionAttributesCommandInput } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { optionalText } from "../model/input.ts";
import { parseReplayPolicy } from "../model/replay-policy.ts";
import type { SubscriptionRecord } from "../model/sns-registry.ts";
import { changeSubscriptionAttribute, type SubscriptionKind } from "../model/subscription-attributes.ts";
import { isFifoName } from "../model/topic-facts.ts";
import { queueNameOf } from "../model/validate/subscribe.ts";
import type { SnsContext } from "./context.ts";
import { change, requireSubscription } from "./lookup.ts";
import { startReplay } from "./replay.ts";

/** SetSubscriptionAttributes: changes the subscription's record; every process sees it within milliseconds. */
export const setSubscriptionAttributes: Operation<SnsContext, SetSubscriptionAttributesCommandInput, undefined> = {
  status: "supported",
  difference: "A filter policy takes effect at once, not within 15 minutes.",
  async run(context, input) {
    const subscription = await requireSubscription(context, input.SubscriptionArn);
    const name = optionalText(input.AttributeName) ?? "";
    const value = optionalText(input.AttributeValue) ?? "";
    const next = changeSubscriptionAttribute(subscription.attributes, name, value, kindOf(subscription));
    const { id, topic } = subscription;
    const removed = Object.keys(subscription.attributes).filter((attribute) => next[attribute] === undefined);
    await change(context, { type: "set-subscription-attributes", name: topic, id, attributes: next, removed });
    await afterChange(context, { ...subscription, attributes: next }, name);
    return undefined;
  },
};

async function afterChange(context: SnsContext, subscription: SubscriptionRecord, name: string): Promise<void> {
  const { protocol, endpoint, confirmed, attributes } = subscription;
  const isExchangeBound = protocol !== "sqs" || !isFifoName(queueNameOf(endpoint) ?? "");
  if (name === "FilterPolicy" && confirmed && isExchangeBound) {
    await context.sns.bindings.follow(subscription, context.deadline);
  }
  const replay = attributes["ReplayPolicy"];
  if (name === "ReplayPolicy" && replay !== undefined) {
    await startReplay(context, subscription, parseReplayPolicy(replay, true));
  }
}

function kindOf({ topic, protocol, endpoint }: SubscriptionRecord): SubscriptionKind {
  const queue = protocol === "sqs" ? queueNameOf(endpoint) : undefined;
  return { fifoTopic: isFifoName(topic), protocol, fifoQueue: queue !== undefined && isFifoName(queue) };
}
