import type { SetSubscriptionAttributesCommandInput } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { optionalText } from "../model/input.ts";
import { checkFilterPolicyQuota } from "../model/quotas.ts";
import { checkReplay } from "../model/replay-policy.ts";
import type { ReplayOrder, SubscriptionRecord, TextMap } from "../model/sns-registry.ts";
import { changeSubscriptionAttribute, type SubscriptionKind } from "../model/subscription-attributes.ts";
import { isFifoName } from "../model/topic-facts.ts";
import { queueNameOf } from "../model/validate/subscribe.ts";
import { topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { change, requireSubscription, requireTopic } from "./lookup.ts";

/** SetSubscriptionAttributes: changes the subscription's record; every process sees it within milliseconds. */
export const setSubscriptionAttributes: Operation<SnsContext, SetSubscriptionAttributesCommandInput, undefined> = {
  status: "supported",
  difference:
    "A filter policy takes effect at once, not within 15 minutes. A replay runs in a process that uses SNS; when that is gone, another goes on after 20 seconds. New messages come between replayed ones.",
  async run(context, input) {
    const subscription = await requireSubscription(context, input.SubscriptionArn);
    const name = optionalText(input.AttributeName) ?? "";
    const value = optionalText(input.AttributeValue) ?? "";
    const next = changeSubscriptionAttribute(subscription.attributes, name, value, kindOf(subscription));
    const { id, topic } = subscription;
    const isFirstFilter = next["FilterPolicy"] !== undefined && subscription.attributes["FilterPolicy"] === undefined;
    if (isFirstFilter) checkFilterPolicyQuota(context.sns.registry.state, topic, context.quotas);
    const replay = name === "ReplayPolicy" && value !== "" ? await orderReplay(context, topic, next) : undefined;
    const command = { type: "set-subscription-attributes", name: topic, id } as const;
    const changes = {
      attributes: changed(subscription.attributes, next),
      removed: removed(subscription.attributes, next),
    };
    await change(context, { ...command, ...changes, ...(replay === undefined ? {} : { replay }) });
    if (replay !== undefined) context.sns.replays.start(id, replay);
    if (name === "FilterPolicy") await followFilter(context, { ...subscription, attributes: next });
    return undefined;
  },
};

async function orderReplay(context: SnsContext, topic: string, attributes: TextMap): Promise<ReplayOrder> {
  const arn = await topicArn(context, topic);
  checkReplay(await requireTopic(context, arn), attributes);
  return context.sns.replays.order(arn);
}

/** Only what differs: another process may change other attributes at the same time. */
function changed(before: TextMap, after: TextMap): TextMap {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value));
}

function removed(before: TextMap, after: TextMap): readonly string[] {
  return Object.keys(before).filter((name) => after[name] === undefined);
}

/** Queues whose subscription has no filter are reached by native publishers. */
async function followFilter(context: SnsContext, subscription: SubscriptionRecord): Promise<void> {
  const { protocol, endpoint, confirmed } = subscription;
  const isExchangeBound = protocol !== "sqs" || !isFifoName(queueNameOf(endpoint) ?? "");
  if (confirmed && isExchangeBound) await context.sns.bindings.follow(subscription, context.deadline);
}

function kindOf({ topic, protocol, endpoint }: SubscriptionRecord): SubscriptionKind {
  const queue = protocol === "sqs" ? queueNameOf(endpoint) : undefined;
  return { fifoTopic: isFifoName(topic), protocol, fifoQueue: queue !== undefined && isFifoName(queue) };
}
