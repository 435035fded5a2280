import { RabbitError, type Deadline } from "@warrenmq/core/internal";
import { Command } from "../protocol/command.ts";
import type { OffsetSpecification } from "../protocol/offset-specification.ts";
import type { PublishFrames } from "../protocol/publish-frame.ts";
import {
  consumerUpdateResponseFrame,
  creditFrame,
  declarePublisherRequest,
  deletePublisherRequest,
  subscribeRequest,
  unsubscribeRequest,
} from "../protocol/request-frame.ts";
import type { Subscribe } from "../protocol/request-frame.ts";
import type { NodeAddress } from "../protocol/response-body.ts";
import { responseCodeText } from "../protocol/response-code.ts";
import { readPublishErrors, readPublishingIds } from "../protocol/server-frame.ts";
import { knowsCommand } from "./handshake.ts";
import type { HandshakeResult } from "./handshake.ts";
import { IdSlots } from "./id-slots.ts";
import { readNothing } from "./wire.ts";
import type { Query, UnaskedFrame, Wire, WireEvents } from "./wire.ts";

/** Who hears what becomes of a publisher's messages. */
export interface PublisherListener {
  readonly stream: string;
  readonly onConfirm: (publishingId: number) => void;
  readonly onError: (publishingId: number, responseCode: number) => void;
  /** The socket takes writes again. */
  readonly onDrain: () => void;
  /** The publisher is gone; it has to be declared again. */
  readonly onDetached: (reason: RabbitError) => void;
}

/** A chunk as it came. */
export type Delivery = Extract<UnaskedFrame, { readonly type: "deliver" }>;

/** Who gets a subscription's chunks. */
export interface SubscriptionListener {
  readonly stream: string;
  readonly onChunk: (delivery: Delivery) => void;
  /** A single active consumer becomes active, or inactive. Answers where it wants to read from. */
  readonly onConsumerUpdate: (active: boolean) => OffsetSpecification | undefined;
  /** The subscription is gone; it has to be made again. */
  readonly onDetached: (reason: RabbitError) => void;
}

/** What a new subscription asks for; the connection chooses its number. */
export type Subscription = Omit<Subscribe, "subscriptionId" | "stream">;

/** An open connection to one node, shared by up to 256 publishers and as many subscriptions. It lives once. */
export class StreamConnection implements WireEvents {
  readonly #wire: Wire;
  readonly #facts: HandshakeResult;
  readonly #publishers = new IdSlots<PublisherListener>();
  readonly #subscriptions = new IdSlots<SubscriptionListener>();

  /** @param facts what the handshake on this wire resulted in */
  constructor(wire: Wire, facts: HandshakeResult) {
    this.#wire = wire;
    this.#facts = facts;
  }

  /** The node that answers. */
  get node(): NodeAddress {
    return this.#facts.node;
  }

  /** The broker's version, `"4.3.6"`. */
  get brokerVersion(): string {
    return this.#facts.brokerVersion;
  }

  get isOpen(): boolean {
    return this.#wire.closeReason === undefined;
  }

  /** Whether the socket takes more without piling it up. */
  get isWritable(): boolean {
    return this.#wire.isWritable;
  }

  get hasFreePublisher(): boolean {
    return this.#publishers.hasFree;
  }

  get hasFreeSubscription(): boolean {
    return this.#subscriptions.hasFree;
  }

  /** The frames that messages of this publisher travel in. */
  publishFrames(publisherId: number, version: 1 | 2): PublishFrames {
    return { publisherId, version, frameMaxBytes: this.#facts.frameMaxBytes };
  }

  /** Whether published messages can carry filter values: RabbitMQ 3.13. */
  get canFilter(): boolean {
    return (this.#facts.maxVersions.get(Command.publish) ?? 1) >= 2;
  }

  /** Asks something that concerns neither publishers nor subscriptions. */
  ask<T>(query: Query<T>, deadline: Deadline): Promise<T> {
    const { command } = query.request;
    if (knowsCommand(this.#facts, command)) return this.#wire.ask(query, deadline);
    const message = `RabbitMQ ${this.brokerVersion} cannot ${query.action}: this needs a newer version.`;
    return Promise.reject(new RabbitError("unsupported", message));
  }

  /** Writes a frame of {@link StreamConnection.publishFrames}. */
  send(frame: Buffer): void {
    this.#wire.send(frame);
  }

  /**
   * Declares a publisher and resolves with its number.
   * @param name for deduplication; `undefined` for none
   */
  async declarePublisher(listener: PublisherListener, name: string | undefined, deadline: Deadline): Promise<number> {
    const publisherId = takeSlot(this.#publishers, listener);
    const request = declarePublisherRequest(publisherId, name, listener.stream);
    const action = `declare a publisher on the stream "${listener.stream}"`;
    await this.#askFor(this.#publishers, publisherId, { request, action, read: readNothing }, deadline);
    return publisherId;
  }

  /** The broker forgets the publisher. Messages that are not confirmed yet stay unconfirmed. */
  async deletePublisher(publisherId: number, deadline: Deadline): Promise<void> {
    const request = deletePublisherRequest(publisherId);
    await this.#askFor(
      this.#publishers,
      publisherId,
      { request, action: "delete a publisher", read: readNothing },
      deadline,
    );
    this.#publishers.free(publisherId);
  }

  /** Subscribes and resolves with the subscription's number. Chunks may come before that. */
  async subscribe(listener: SubscriptionListener, subscription: Subscription, deadline: Deadline): Promise<number> {
    const { stream } = listener;
    const subscriptionId = takeSlot(this.#subscriptions, listener);
    const request = subscribeRequest({ ...subscription, subscriptionId, stream });
    const action = `subscribe to the stream "${stream}"`;
    await this.#askFor(this.#subscriptions, subscriptionId, { request, action, read: readNothing }, deadline);
    return subscriptionId;
  }

  /** Ends a subscription. Chunks that the broker sent before its answer are passed on. */
  async unsubscribe(subscriptionId: number, deadline: Deadline): Promise<void> {
    const request = unsubscribeRequest(subscriptionId);
    await this.#askFor(
      this.#subscriptions,
      subscriptionId,
      { request, action: "unsubscribe", read: readNothing },
      deadline,
    );
    this.#subscriptions.free(subscriptionId);
  }

  /** Lets the broker send so many more chunks. */
  grantCredit(subscriptionId: number, chunks: number): void {
    this.#wire.send(creditFrame(subscriptionId, chunks));
  }

  /** Closes in an orderly way. */
  close(deadline: Deadline): Promise<void> {
    return this.#wire.close(deadline);
  }

  /** Ends the connection at once: what it said cannot be trusted. */
  destroy(reason: RabbitError): void {
    this.#wire.destroy(reason);
  }

  /** @internal */
  onFrame(frame: UnaskedFrame): void {
    switch (frame.type) {
      case "publish-confirm": {
        const publisher = this.#publishers.get(frame.publisherId);
        if (publisher !== undefined) readPublishingIds(frame.body, publisher.onConfirm);
        return;
      }
      case "publish-error": {
        const publisher = this.#publishers.get(frame.publisherId);
        if (publisher !== undefined) readPublishErrors(frame.body, publisher.onError);
        return;
      }
      case "deliver":
        this.#subscriptions.get(frame.subscriptionId)?.onChunk(frame);
        return;
      case "metadata-update":
        this.#detach(frame.stream, frame.code);
        return;
      case "consumer-update": {
        const subscription = this.#subscriptions.get(frame.subscriptionId);
        const offset = subscription?.onConsumerUpdate(frame.active);
        this.#wire.send(consumerUpdateResponseFrame(frame.correlationId, offset));
        return;
      }
      case "credit-refused": // of a subscription that ended meanwhile
      case "tune":
        return;
    }
  }

  /** @internal */
  onDrain(): void {
    for (const [, publisher] of this.#publishers.entries()) publisher.onDrain();
  }

  /** @internal */
  onClose(reason: RabbitError): void {
    for (const slots of [this.#publishers, this.#subscriptions]) {
      for (const [id, listener] of slots.entries()) {
        slots.silence(id);
        listener.onDetached(reason);
      }
    }
  }

  /** The broker dropped all publishers and subscriptions of a stream: it was deleted, or its leader or replica went away. */
  #detach(stream: string, responseCode: number): void {
    const message = `The stream "${stream}" went away from this node: ${responseCodeText(responseCode)}.`;
    const reason = new RabbitError("queue-unavailable", message, { replyCode: responseCode });
    for (const slots of [this.#publishers, this.#subscriptions]) {
      for (const [id, listener] of slots.entries()) {
        if (listener.stream !== stream) continue;
        slots.free(id);
        listener.onDetached(reason);
      }
    }
  }

  /** When the broker refuses, the number is free again; when it does not answer, it may be in use. */
  async #askFor<L>(slots: IdSlots<L>, id: number, query: Query<void>, deadline: Deadline): Promise<void> {
    try {
      await this.#wire.ask(query, deadline);
    } catch (error) {
      if (error instanceof RabbitError && error.code === "timeout") slots.silence(id);
      else slots.free(id);
      throw error;
    }
  }
}

function takeSlot<L>(slots: IdSlots<L>, listener: L): number {
  const id = slots.take(listener);
  if (id !== undefined) return id;
  throw new RabbitError("connection-lost", "A connection has no room for another publisher or subscription.");
}
