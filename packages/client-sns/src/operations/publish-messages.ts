import { newMessageId } from "@warrenmq/core/queues";
import type { ArchivedMessage } from "../model/archived-message.ts";
import type { Notification } from "../model/notification.ts";
import type { TopicRecord } from "../model/sns-registry.ts";
import { archiveDays } from "../model/topic-attributes.ts";
import { topicFacts } from "../model/topic-facts.ts";
import type { AcceptedMessage } from "../model/topic-log.ts";
import type { ValidPublish } from "../model/validate/publish.ts";
import { topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";

/**
 * Publishes a checked message to a standard topic.
 * @param arn the topic's
 * @returns its MessageId
 * @throws RabbitError
 */
export async function publishStandard(
  context: SnsContext,
  topic: TopicRecord,
  message: ValidPublish,
  arn: string,
): Promise<string> {
  const notification = notificationOf(context, topic, message, arn);
  await context.sns.publisher.publish(topic.name, notification, context.deadline);
  return notification.messageId;
}

/** Publishes checked messages to a FIFO topic, in this order. A duplicate gets the original's ids. @throws RabbitError */
export async function publishFifo(
  context: SnsContext,
  topic: TopicRecord,
  messages: readonly ValidPublish[],
): Promise<readonly AcceptedMessage[]> {
  const { sns, deadline } = context;
  const arn = await topicArn(context, topic.name);
  const publications = messages.map((message) => {
    const notification = notificationOf(context, topic, message, arn);
    const { messageId, messageGroupId = "", messageDeduplicationId = "" } = notification;
    return { messageId, groupId: messageGroupId, deduplicationId: messageDeduplicationId, notification };
  });
  const days = archiveDays(topic.attributes);
  return sns.fifoTopic(topic.name).publish(
    publications,
    async (accepted) => {
      const notifications = accepted.map(({ notification, sequenceNumber }) => ({ ...notification, sequenceNumber }));
      await Promise.all([
        sns.publisher.publishInOrder(topic.name, notifications, deadline),
        days === undefined ? undefined : sns.archive(topic.name).keep(notifications.map(archived), days, deadline),
      ]);
    },
    deadline,
  );
}

function notificationOf(context: SnsContext, topic: TopicRecord, message: ValidPublish, arn: string): Notification {
  const { texts, subject, attributes, messageGroupId, messageDeduplicationId } = message;
  const publishedAtMs = Date.now();
  return {
    messageId: newMessageId(publishedAtMs),
    publishedAtMs,
    topicArn: arn,
    texts,
    subject,
    attributes,
    messageGroupId,
    messageDeduplicationId,
    sequenceNumber: undefined,
    traceHeader: context.call.traceHeader,
    propagation: context.call.propagation,
    accountId: context.accountId,
    signatureVersion: topicFacts(topic).signatureVersion,
    signingKey: context.signingKey,
  };
}

function archived(notification: Notification & { readonly sequenceNumber: string }): ArchivedMessage {
  const { messageId, publishedAtMs, sequenceNumber, subject, texts, attributes } = notification;
  const { messageGroupId = "", messageDeduplicationId = "" } = notification;
  const ids = { messageId, sequenceNumber, messageGroupId, messageDeduplicationId };
  return { ...ids, publishedAtMs, subject, texts, attributes };
}
