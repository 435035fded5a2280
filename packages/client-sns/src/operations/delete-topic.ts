import type { DeleteTopicCommandInput } from "@aws-sdk/client-sns";
import { OperationError, type Operation } from "@warrenmq/core/internal";
import { topicNameOf } from "../model/arns.ts";
import { subscriptionsOf } from "../model/sns-registry.ts";
import { archiveDays } from "../model/topic-attributes.ts";
import type { SnsContext } from "./context.ts";

/** DeleteTopic: deletes the exchange, its bindings and its subscriptions. Idempotent; a topic that archives is refused. */
export const deleteTopic: Operation<SnsContext, DeleteTopicCommandInput, undefined> = {
  status: "supported",
  difference: "Takes effect at once, also for the topic's subscriptions.",
  async run({ sns, deadline }, input) {
    const name = topicNameOf(input.TopicArn);
    await sns.registry.sync(deadline);
    const topic = sns.registry.state.topics.get(name);
    if (topic === undefined) return undefined;
    if (archiveDays(topic.attributes) !== undefined) throw archiving();
    await sns.deleteTopic(name, subscriptionsOf(sns.registry.state, name), deadline);
    return undefined;
  },
};

/** AWS: "you must first deactivate" the archive policy of a topic that is to be deleted. */
function archiving(): OperationError {
  return new OperationError(
    "InvalidStateException",
    "The topic has a message archive policy. Set its ArchivePolicy to {} before you delete it.",
  );
}
