import { RabbitError } from "@warrenmq/core/internal";
import type { ArchivedMessage } from "../model/archived-message.ts";
import type { Notification } from "../model/notification.ts";
import type { ReplayPolicy } from "../model/replay-policy.ts";
import type { SubscriptionRecord } from "../model/sns-registry.ts";
import { topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { change } from "./lookup.ts";

/**
 * Starts a replay, which runs in this process. `ReplayStatus` tells every process how far it is: `In progress`,
 * `Completed` or `Failed`. A subscription whose ReplayPolicy is removed or changed meanwhile ends it.
 */
export async function startReplay(
  context: SnsContext,
  subscription: SubscriptionRecord,
  policy: ReplayPolicy,
): Promise<void> {
  const { id, topic: name } = subscription;
  await change(context, { type: "replay-status", name, id, status: "In progress" });
  const { broker } = context.sns;
  broker.hold();
  void replay(context, subscription, policy)
    .then(
      () => "Completed",
      () => "Failed",
    )
    .then((status) => context.sns.registry.append({ type: "replay-status", name, id, status }, broker.deadline()))
    .catch(ignoreClosed)
    .finally(() => broker.release());
}

async function replay(context: SnsContext, subscription: SubscriptionRecord, policy: ReplayPolicy): Promise<void> {
  const { sns } = context;
  const { broker, publisher, registry } = sns;
  const arn = await topicArn(context, subscription.topic);
  const wanted = subscription.attributes["ReplayPolicy"];
  await sns.archive(subscription.topic).read(
    policy.fromMs,
    async (message) => {
      if (policy.toMs !== undefined && message.publishedAtMs > policy.toMs) return false;
      const now = registry.state.subscriptions.get(subscription.id);
      if (now === undefined || now.attributes["ReplayPolicy"] !== wanted) return false;
      await publisher.deliver(now, [replayed(message, arn, context.accountId)], broker.deadline());
      return true;
    },
    broker.deadline(),
  );
}

/** AWS: "the same content, MessageId and Timestamp"; a deduplication id of its own lets a FIFO queue take it again. */
function replayed(message: ArchivedMessage, arn: string, accountId: string): Notification {
  return {
    ...message,
    topicArn: arn,
    accountId,
    messageDeduplicationId: `replay-${message.messageId}-${Date.now()}`,
    traceHeader: undefined,
    signatureVersion: "1",
    replayed: true,
  };
}

/** The client was destroyed: the replay ends with it. */
function ignoreClosed(error: unknown): void {
  if (!(error instanceof RabbitError)) throw error;
}
