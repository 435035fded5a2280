import type { ConsumeMessage } from "@warrenmq/core/internal";
import type { ConfirmationFields } from "../model/envelope.ts";
import { CANCELLATION_TYPE, type HttpSubscriber } from "../model/http-request.ts";
import type { SubscriberNaming } from "./subscriber.ts";

/** What the document tells that asks an endpoint to confirm, or that says that its subscription was cancelled. */
export function confirmationOf(
  { content, properties }: ConsumeMessage,
  { topicArn, subscriptionArn }: HttpSubscriber,
  { publicUrl }: SubscriberNaming,
): ConfirmationFields {
  const token = content.toString();
  const fields = {
    messageId: String(properties.messageId),
    topicArn,
    token,
    subscribeUrl: `${publicUrl}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
    sentAtMs: Date.now(),
  };
  if (properties.type === CANCELLATION_TYPE) {
    return {
      ...fields,
      type: "UnsubscribeConfirmation",
      message: `You have chosen to deactivate subscription ${subscriptionArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
    };
  }
  return {
    ...fields,
    type: "SubscriptionConfirmation",
    message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
  };
}
