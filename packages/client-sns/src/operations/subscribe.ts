import type { SubscribeCommandInput, SubscribeResponse } from "@aws-sdk/client-sns";
import { RabbitError, type Operation } from "@warrenmq/core/internal";
import { randomUUID } from "node:crypto";
import { invalidParameter, topicNotFound } from "../model/errors.ts";
import { checkFilterPolicyQuota, checkSubscriptionQuota } from "../model/quotas.ts";
import { checkReplay } from "../model/replay-policy.ts";
import { findEndpoint, type SubscriptionRecord, type TextMap } from "../model/sns-registry.ts";
import { newToken } from "../model/token.ts";
import { queueNameOf, validateSubscribe, type ValidSubscribe } from "../model/validate/subscribe.ts";
import { subscriptionArn, topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { requireTopic } from "./lookup.ts";

const PENDING_ANSWER = "pending confirmation";

/** Subscribe: binds a queue to the topic's exchange, or has a worker ask an HTTP endpoint to confirm. */
export const subscribe: Operation<SnsContext, SubscribeCommandInput, SubscribeResponse> = {
  status: "partial",
  difference:
    "Protocols sqs, http and https; others fail and say what to use instead. HTTP needs a delivery worker. AWS's quotas apply; the client's option `quotas` raises them.",
  async run(context, input) {
    const topicRecord = await requireTopic(context, input.TopicArn);
    const { name: topic } = topicRecord;
    const requested = validateSubscribe(input, topic);
    checkReplay(topicRecord, requested.attributes);
    await context.sns.registry.sync(context.deadline);
    const existing = findEndpoint(context.sns.registry.state, { topic, ...requested });
    const subscription =
      existing === undefined ? await make(context, topic, requested) : await again(context, existing, requested);
    if (!subscription.confirmed && input.ReturnSubscriptionArn !== true) return { SubscriptionArn: PENDING_ANSWER };
    return { SubscriptionArn: await subscriptionArn(context, subscription) };
  },
};

async function make(context: SnsContext, topic: string, requested: ValidSubscribe): Promise<SubscriptionRecord> {
  const { sns, deadline } = context;
  const { protocol, endpoint, attributes } = requested;
  checkSubscriptionQuota(sns.registry.state, topic, context.quotas);
  if (attributes["FilterPolicy"] !== undefined) checkFilterPolicyQuota(sns.registry.state, topic, context.quotas);
  const id = randomUUID();
  const token = protocol === "sqs" ? undefined : newToken();
  const replay =
    attributes["ReplayPolicy"] === undefined ? undefined : sns.replays.order(await topicArn(context, topic));
  const command = { type: "subscribe", name: topic, id, protocol, endpoint, attributes } as const;
  // Before the record: a publisher that knows the subscription finds its queue.
  if (token !== undefined) await sns.httpQueues.declare(id, deadline);
  else if (requested.queueName !== undefined) await sns.directory.find(requested.queueName, deadline);
  const outcome = await sns.registry.append(
    { ...command, ...(token === undefined ? {} : { token }), ...(replay === undefined ? {} : { replay }) },
    deadline,
  );
  if (token !== undefined && outcome.type !== "applied") {
    await sns.httpQueues.delete({ protocol, id }, deadline); // another process was faster
  }
  if (outcome.type === "no-such-topic") throw topicNotFound();
  if (outcome.type === "subscription-exists") return again(context, outcome.subscription, requested);
  const subscription = sns.registry.state.subscriptions.get(id);
  if (subscription === undefined) throw topicNotFound(); // deleted a moment ago
  if (token === undefined) await bindNow(context, subscription);
  else await sns.httpQueues.askToConfirm(id, token, deadline);
  if (replay !== undefined) sns.replays.start(id, replay);
  return subscription;
}

/** A queue that is not there yet is bound by the first publish after it has come. AWS takes such subscriptions as well. */
async function bindNow(context: SnsContext, subscription: SubscriptionRecord): Promise<void> {
  const { sns, deadline } = context;
  const queue = sns.directory.registry.state.queues.get(queueNameOf(subscription.endpoint) ?? "");
  if (queue === undefined || queue.fifo !== undefined) return;
  try {
    await sns.bindings.bindNew(subscription, { queueName: queue.name, createdAt: queue.createdAt }, deadline);
  } catch (error) {
    if (!(error instanceof RabbitError) || error.code !== "not-found") throw error;
  }
}

/** The endpoint was subscribed before: the same subscription, if the attributes are the same. */
async function again(
  context: SnsContext,
  existing: SubscriptionRecord,
  { attributes }: ValidSubscribe,
): Promise<SubscriptionRecord> {
  if (!isSame(existing.attributes, attributes)) {
    throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
  }
  if (existing.confirmed) return existing;
  const token = newToken();
  const { id, topic: name } = existing;
  await context.sns.registry.append({ type: "issue-token", name, id, token }, context.deadline);
  await context.sns.httpQueues.askToConfirm(id, token, context.deadline);
  return existing;
}

/** What is not asked for does not differ. */
function isSame(existing: TextMap, requested: TextMap): boolean {
  const shown: TextMap = { RawMessageDelivery: "false", ...existing };
  return Object.entries(requested).every(([name, value]) => shown[name] === value);
}
