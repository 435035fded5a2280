import type { Broker, Deadline } from "@warrenmq/core/internal";
import { declareQueue, deleteQueue, encodeMessage, newMessageId } from "@warrenmq/core/queues";
import { httpQueueName } from "../model/binding-key.ts";
import { CONFIRMATION_TYPE } from "../model/http-request.ts";
import type { SubscriptionRecord } from "../model/sns-registry.ts";

/** The queues in which the messages of subscriptions over HTTP wait for a delivery worker: one each, so that a slow endpoint holds up nobody else. */
export class HttpQueues {
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Declares a subscription's queue. */
  async declare(subscriptionId: string, deadline: Deadline): Promise<void> {
    await declareQueue(this.#broker, httpQueueName(subscriptionId), deadline);
  }

  /** Has a worker ask the endpoint to confirm. */
  async askToConfirm(subscriptionId: string, token: string, deadline: Deadline): Promise<void> {
    const now = Date.now();
    const { content, properties } = encodeMessage({
      messageId: newMessageId(now),
      body: Buffer.from(token),
      attributes: [],
      systemAttributes: [],
      sentTimestampMs: now,
    });
    const typed = { ...properties, type: CONFIRMATION_TYPE };
    const routingKey = httpQueueName(subscriptionId);
    const publication = { exchange: "", routingKey, content, properties: typed, mandatory: true };
    await this.#broker.publisher.publish(publication, deadline);
  }

  /** Deletes a subscription's queue; nothing happens for one whose endpoint is a queue of its own. */
  async delete({ protocol, id }: SubscriptionRecord, deadline: Deadline): Promise<void> {
    if (protocol !== "sqs") await deleteQueue(this.#broker, httpQueueName(id), deadline);
  }
}
