import type { Broker, Deadline } from "@warrenmq/core/internal";
import { declareQueue, deleteQueue, encodeMessage, newMessageId } from "@warrenmq/core/queues";
import { CANCELLATIONS_QUEUE, httpQueueName } from "../model/binding-key.ts";
import { CANCELLATION_TYPE, CONFIRMATION_TYPE, SUBSCRIPTION_HEADER } from "../model/http-request.ts";
import type { SubscriptionRecord } from "../model/sns-registry.ts";

/**
 * The queues in which the messages of subscriptions over HTTP wait for a delivery worker: one each, so that a slow
 * endpoint holds up nobody else, and one for what tells endpoints that their subscription is over.
 */
export class HttpQueues {
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Declares a subscription's queue. */
  async declare(subscriptionId: string, deadline: Deadline): Promise<void> {
    await declareQueue(this.#broker, httpQueueName(subscriptionId), deadline);
  }

  /** Declares the queue of {@link announceCancellation}. */
  async declareCancellations(deadline: Deadline): Promise<void> {
    await declareQueue(this.#broker, CANCELLATIONS_QUEUE, deadline);
  }

  /** Has a worker ask the endpoint to confirm. */
  async askToConfirm(subscriptionId: string, token: string, deadline: Deadline): Promise<void> {
    await this.#publish(httpQueueName(subscriptionId), CONFIRMATION_TYPE, subscriptionId, token, deadline);
  }

  /** Has a worker tell the endpoint that it is not subscribed any more, and how to take that back. */
  async announceCancellation(subscriptionId: string, token: string, deadline: Deadline): Promise<void> {
    await this.declareCancellations(deadline);
    await this.#publish(CANCELLATIONS_QUEUE, CANCELLATION_TYPE, subscriptionId, token, deadline);
  }

  /** Deletes a subscription's queue; nothing happens for one whose endpoint is a queue of its own. */
  async delete({ protocol, id }: Pick<SubscriptionRecord, "protocol" | "id">, deadline: Deadline): Promise<void> {
    if (protocol !== "sqs") await deleteQueue(this.#broker, httpQueueName(id), deadline);
  }

  async #publish(
    routingKey: string,
    type: string,
    subscriptionId: string,
    token: string,
    deadline: Deadline,
  ): Promise<void> {
    const now = Date.now();
    const { content, properties } = encodeMessage({
      messageId: newMessageId(now),
      body: Buffer.from(token),
      attributes: [],
      systemAttributes: [],
      sentTimestampMs: now,
    });
    const headers = { ...properties.headers, [SUBSCRIPTION_HEADER]: subscriptionId };
    const publication = { exchange: "", routingKey, content, properties: { ...properties, headers, type } };
    await this.#broker.publisher.publish({ ...publication, mandatory: true }, deadline);
  }
}
