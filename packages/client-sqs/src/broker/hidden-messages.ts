import { withDeadline, type Broker, type ConsumeMessage, type Deadline } from "@warrenmq/core/internal";
import { bindDelayed, HIDDEN_HEADERS, republishMessage, type PublishableMessage } from "@warrenmq/core/queues";
import { RememberedIds } from "../model/remembered-ids.ts";
import { claimPlace, declarePlace, HIDDEN_EXCHANGE, hiddenQueueName } from "./hidden-topology.ts";
import { ReceiveChannel, type Delivery } from "./receive-channel.ts";

/** What a message carries on its way back to its queue. */
export interface ReceiveFacts {
  readonly receiveCount: number;
  /** Milliseconds since the epoch. */
  readonly firstReceivedAt: number;
}

/** AMQP's limit for a consumer's credit is 65,535. */
const MOST_MESSAGES = 60_000;
/** How long a queue's binding is taken for granted. */
const BOUND_MS = 60_000;
const REMEMBERED = 10_000;

/** The queue that this process holds its long-hidden messages on. */
interface Place {
  readonly number: number;
  readonly channel: ReceiveChannel;
  /** Copies that were published and have not been delivered here, by id. */
  readonly awaited: Map<string, (copy: Delivery | undefined) => void>;
  /** Ids of copies that have come, or that nobody waits for any more because the original is where it was. */
  readonly past: RememberedIds;
}

/**
 * Keeps messages hidden for hours, which a delivery from their own queue must not be: see
 * docs/decisions/023-long-visibility.md. A message is copied to a queue from which only this process consumes; once the
 * copy is here, the original can be deleted. When this process is gone, the broker sends the copy back to where the
 * message came from.
 */
export class HiddenMessages {
  readonly #broker: Broker;
  readonly #lost: (channel: ReceiveChannel) => void;
  readonly #boundAtMs = new Map<string, number>();
  #place: Promise<Place> | undefined;

  /** @param lost called when everything that was held on a channel has gone back */
  constructor(broker: Broker, lost: (channel: ReceiveChannel) => void) {
    this.#broker = broker;
    this.#lost = lost;
  }

  /** A copy of the message, delivered to this process alone; `undefined` when there can be none now. Never rejects. */
  async copy(queueName: string, message: ConsumeMessage, facts: ReceiveFacts): Promise<Delivery | undefined> {
    // It would expire by the publisher's clock, and be visible too early.
    if (message.properties.expiration !== undefined) return undefined;
    const deadline = this.#broker.deadline();
    try {
      const place = await this.#openPlace(deadline);
      if (place.channel.freeCredit() <= place.awaited.size) return undefined;
      await this.#bind(queueName, deadline);
      return await this.#copy(place, queueName, message, facts, deadline);
    } catch {
      return undefined; // the broker takes no messages, or the connection is lost
    }
  }

  /**
   * Puts a copy back into the queue that its message came from. Published anew: from RabbitMQ 4.0 on a dead letter brings
   * along how often it was delivered here, and would be received once too often.
   */
  async giveBack(queueName: string, { message, channel }: Delivery, facts: ReceiveFacts): Promise<void> {
    const publication = { exchange: "", routingKey: queueName, ...republished(message, facts), mandatory: true };
    try {
      await this.#broker.publisher.publish(publication, this.#broker.deadline());
      channel.ack(message);
    } catch {
      channel.deadLetter(message); // the broker does what this process cannot
    }
  }

  #openPlace(deadline: Deadline): Promise<Place> {
    this.#place ??= this.#open(deadline).catch((error: unknown) => {
      this.#place = undefined;
      throw error;
    });
    return this.#place;
  }

  async #copy(
    place: Place,
    queueName: string,
    message: ConsumeMessage,
    facts: ReceiveFacts,
    deadline: Deadline,
  ): Promise<Delivery | undefined> {
    const id = crypto.randomUUID();
    const arrived = new Promise<Delivery | undefined>((resolve) => place.awaited.set(id, resolve));
    const { content, properties } = republished(message, facts);
    const marks = { [HIDDEN_HEADERS.place]: String(place.number), [HIDDEN_HEADERS.copy]: id };
    const marked = { ...properties, headers: { ...properties.headers, ...marks } };
    const target = { exchange: HIDDEN_EXCHANGE, routingKey: queueName, mandatory: true };
    try {
      await this.#broker.publisher.publish({ ...target, content, properties: marked }, deadline);
      return await withDeadline(arrived, deadline, "hide a message for long");
    } finally {
      place.awaited.delete(id);
      place.past.add(id);
    }
  }

  async #open(deadline: Deadline): Promise<Place> {
    const number = await claimPlace(this.#broker, deadline);
    await declarePlace(this.#broker, number, deadline);
    const awaited: Place["awaited"] = new Map();
    const events = {
      delivered: (copy: Delivery): void => delivered(place, copy),
      cancelledByBroker: (): void => void channel.close(),
      closed: (): void => this.#closed(place),
    };
    const channel: ReceiveChannel = await ReceiveChannel.open(this.#broker, hiddenQueueName(number), events, deadline);
    const place: Place = { number, channel, awaited, past: new RememberedIds(REMEMBERED) };
    try {
      await withDeadline(channel.consume(MOST_MESSAGES), deadline, "hide messages for long");
    } catch (error) {
      void channel.close();
      throw error;
    }
    return place;
  }

  #closed({ channel, awaited }: Place): void {
    this.#place = undefined;
    for (const resolve of awaited.values()) resolve(undefined);
    this.#lost(channel);
  }

  async #bind(queueName: string, deadline: Deadline): Promise<void> {
    const boundAtMs = this.#boundAtMs.get(queueName);
    if (boundAtMs !== undefined && performance.now() - boundAtMs < BOUND_MS) return;
    await bindDelayed(this.#broker, queueName, deadline);
    this.#boundAtMs.set(queueName, performance.now());
  }
}

function republished(message: ConsumeMessage, { receiveCount, firstReceivedAt }: ReceiveFacts): PublishableMessage {
  return republishMessage(message, { receiveCount, firstReceiveTimestampMs: firstReceivedAt });
}

function delivered({ awaited, past }: Place, copy: Delivery): void {
  const { message, channel } = copy;
  const header: unknown = message.properties.headers?.[HIDDEN_HEADERS.copy];
  const id = typeof header === "string" ? header : "";
  const take = awaited.get(id);
  if (take !== undefined) {
    awaited.delete(id);
    past.add(id);
    take(copy);
    return;
  }
  // Published twice because its first confirm was lost, or given up: there is another one.
  if (past.has(id) && !message.fields.redelivered) channel.ack(message);
  else channel.deadLetter(message); // of a process that is gone: back to its queue
}
