import type { ConsumeMessage } from "@warrenmq/core/internal";
import type { SnsBroker } from "../broker/sns-broker.ts";
import { CANCELLATIONS_QUEUE, httpQueueName } from "../model/binding-key.ts";
import { SUBSCRIPTION_HEADER } from "../model/http-request.ts";
import type { SubscriptionRecord } from "../model/sns-registry.ts";

/** A queue of messages for endpoints. */
export interface DeliverySource {
  readonly queueName: string;
  /** Whether all messages are for one endpoint, which then has a rate limit. */
  readonly isOfOneEndpoint: boolean;
  /** The subscription that a message is for; `undefined` when it is gone, and the message of no use. */
  subscriptionOf(message: ConsumeMessage): Promise<SubscriptionRecord | undefined>;
}

/** The messages of one subscription. */
export function endpointSource(sns: SnsBroker, id: string): DeliverySource {
  return {
    queueName: httpQueueName(id),
    isOfOneEndpoint: true,
    subscriptionOf: () => Promise.resolve(sns.registry.state.subscriptions.get(id)),
  };
}

/** What tells endpoints that their subscriptions were cancelled. One that was restored meanwhile needs not be told. */
export function cancellationsSource(sns: SnsBroker): DeliverySource {
  return {
    queueName: CANCELLATIONS_QUEUE,
    isOfOneEndpoint: false,
    async subscriptionOf({ properties }) {
      const id = String(properties.headers?.[SUBSCRIPTION_HEADER]);
      const { cancelled } = sns.registry.state;
      if (cancelled.has(id)) return cancelled.get(id);
      // Another process cancelled it just now, and its record may be on the way to us.
      await sns.registry.sync(sns.broker.deadline());
      return sns.registry.state.cancelled.get(id);
    },
  };
}
