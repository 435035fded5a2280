import type {
  ListSubscriptionsByTopicCommandInput,
  ListSubscriptionsCommandInput,
  ListSubscriptionsResponse,
  Subscription,
} from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { subscriptionsOf, type SubscriptionRecord } from "../model/sns-registry.ts";
import { PENDING, subscriptionArn, topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { requireTopic } from "./lookup.ts";
import { pageOf } from "./page.ts";

/** ListSubscriptions: those of all topics. */
export const listSubscriptions: Operation<SnsContext, ListSubscriptionsCommandInput, ListSubscriptionsResponse> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    await context.sns.registry.sync(context.deadline);
    return listed(context, [...context.sns.registry.state.subscriptions.values()], input.NextToken);
  },
};

/** ListSubscriptionsByTopic: those of one topic. */
export const listSubscriptionsByTopic: Operation<
  SnsContext,
  ListSubscriptionsByTopicCommandInput,
  ListSubscriptionsResponse
> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    await context.sns.registry.sync(context.deadline);
    const topic = await requireTopic(context, input.TopicArn);
    return listed(context, subscriptionsOf(context.sns.registry.state, topic.name), input.NextToken);
  },
};

async function listed(
  context: SnsContext,
  subscriptions: readonly SubscriptionRecord[],
  nextToken: unknown,
): Promise<ListSubscriptionsResponse> {
  const page = pageOf(subscriptions, ({ id }) => id, nextToken);
  const result: ListSubscriptionsResponse = {
    Subscriptions: await Promise.all(page.items.map((subscription) => shown(context, subscription))),
  };
  if (page.nextToken !== undefined) result.NextToken = page.nextToken;
  return result;
}

async function shown(context: SnsContext, subscription: SubscriptionRecord): Promise<Subscription> {
  const { topic, protocol, endpoint, confirmed } = subscription;
  return {
    SubscriptionArn: confirmed ? await subscriptionArn(context, subscription) : PENDING,
    Owner: context.accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: await topicArn(context, topic),
  };
}
