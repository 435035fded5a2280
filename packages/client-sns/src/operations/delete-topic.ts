import type { DeleteTopicCommandInput } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { topicNameOf } from "../model/arns.ts";
import { subscriptionsOf } from "../model/sns-registry.ts";
import type { SnsContext } from "./context.ts";

/** DeleteTopic: deletes the exchange, its bindings and its subscriptions. Idempotent. */
export const deleteTopic: Operation<SnsContext, DeleteTopicCommandInput, undefined> = {
  status: "supported",
  difference: "Takes effect at once, also for the topic's subscriptions.",
  async run({ sns, deadline }, input) {
    const name = topicNameOf(input.TopicArn);
    await sns.registry.sync(deadline);
    if (!sns.registry.state.topics.has(name)) return undefined;
    await sns.deleteTopic(name, subscriptionsOf(sns.registry.state, name), deadline);
    return undefined;
  },
};
