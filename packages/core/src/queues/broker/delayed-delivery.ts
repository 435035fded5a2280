import { RabbitError } from "../../amqp/rabbit-error.ts";
import type { Broker, BrokerPart } from "../../amqp/broker.ts";
import type { Deadline } from "../../amqp/deadline.ts";
import { delayLevels, type DelayLevels } from "../model/delay-level.ts";
import { DueTimes } from "../model/due-times.ts";
import { DELAY_HEADERS, type PublishableMessage } from "../model/wire-message.ts";
import {
  bindDelayed,
  declareDelayExchanges,
  declareLongLevel,
  declareShortLevel,
  DELAY_EXCHANGE,
} from "./delay-topology.ts";

/**
 * How long a binding is taken for granted. Afterwards the next delayed send makes sure of it: somebody may have deleted
 * the queue natively, and unlike a plain send a delayed one would not notice.
 */
const TRUSTED_MS = 5_000;

/** A declaration that was made, or is being made. */
interface Declared {
  readonly done: Promise<void>;
  readonly atMs: number;
}

/**
 * Publishes messages that reach their queue later: on time to a few milliseconds, and also when this process ends or
 * the broker restarts meanwhile, because they wait in durable queues of the broker.
 */
export class DelayedDelivery implements BrokerPart {
  readonly #broker: Broker;
  #exchanges: Promise<void> | undefined;
  readonly #levels = new Map<string, Promise<void>>();
  readonly #bindings = new Map<string, Declared>();
  readonly #dueTimes = new Map<string, DueTimes>();

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /**
   * Resolves when the broker has confirmed the message.
   * @param delaySeconds 1 to 900
   * @throws RabbitError `not-found` when there is no queue of that name; otherwise as the publisher.
   */
  async publish(
    queueName: string,
    delaySeconds: number,
    message: PublishableMessage,
    deadline: Deadline,
  ): Promise<void> {
    const levels = delayLevels(delaySeconds);
    const dueMs = performance.now() + delaySeconds * 1_000;
    await this.#declare(levels, deadline);
    await this.#bind(queueName, deadline);
    try {
      await this.#publish(queueName, levels, message, deadline);
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.#forgetDeclarations();
      await this.#declare(levels, deadline);
      await this.#publish(queueName, levels, message, deadline).catch(rethrowMissing);
    }
    this.#count(queueName, dueMs);
  }

  /** Messages that this process has sent to the queue and that are still delayed. */
  outstanding(queueName: string): number {
    return this.#dueTimes.get(queueName)?.outstanding(performance.now()) ?? 0;
  }

  /** The queue is gone or was purged: its delayed messages count no more, and its binding is to be made again. */
  forget(queueName: string): void {
    this.#dueTimes.delete(queueName);
    this.#bindings.delete(queueName);
  }

  /** Nothing to close: what is delayed waits in the broker. */
  close(): void {}

  async #publish(
    queueName: string,
    { longSeconds, shortSeconds }: DelayLevels,
    { content, properties }: PublishableMessage,
    deadline: Deadline,
  ): Promise<void> {
    const headers = {
      ...properties.headers,
      [DELAY_HEADERS.long]: String(longSeconds),
      [DELAY_HEADERS.short]: String(shortSeconds),
    };
    const delayed = { ...properties, headers };
    await this.#broker.publisher.publish(
      { exchange: DELAY_EXCHANGE, routingKey: queueName, content, properties: delayed, mandatory: true },
      deadline,
    );
  }

  async #declare({ longSeconds, shortSeconds }: DelayLevels, deadline: Deadline): Promise<void> {
    this.#exchanges ??= this.#broker.channels
      .use("declare the delay exchanges", deadline, declareDelayExchanges)
      .catch((error: unknown) => {
        this.#exchanges = undefined;
        throw error;
      });
    await this.#exchanges;
    if (longSeconds > 0) await this.#declareLevel("long", longSeconds, deadline);
    if (shortSeconds > 0) await this.#declareLevel("short", shortSeconds, deadline);
  }

  #declareLevel(kind: "long" | "short", seconds: number, deadline: Deadline): Promise<void> {
    const key = `${kind} ${seconds}`;
    const known = this.#levels.get(key);
    if (known !== undefined) return known;
    const declare = kind === "long" ? declareLongLevel : declareShortLevel;
    const declaring = this.#broker.channels
      .use(`declare the queue for delays of ${seconds} s`, deadline, (channel) => declare(channel, seconds))
      .catch((error: unknown) => {
        this.#levels.delete(key);
        throw error;
      });
    this.#levels.set(key, declaring);
    return declaring;
  }

  #bind(queueName: string, deadline: Deadline): Promise<void> {
    const known = this.#bindings.get(queueName);
    const atMs = performance.now();
    if (known !== undefined && atMs - known.atMs < TRUSTED_MS) return known.done;
    const done = bindDelayed(this.#broker, queueName, deadline).catch((error: unknown) => {
      this.#bindings.delete(queueName);
      throw error;
    });
    this.#bindings.set(queueName, { done, atMs });
    return done;
  }

  #forgetDeclarations(): void {
    this.#exchanges = undefined;
    this.#levels.clear();
  }

  #count(queueName: string, dueMs: number): void {
    const dueTimes = this.#dueTimes.get(queueName) ?? new DueTimes();
    dueTimes.add(dueMs);
    this.#dueTimes.set(queueName, dueTimes);
  }
}

/** The delayed delivery of a broker link, shared by all clients on it. */
export function delayedDeliveryOf(broker: Broker): DelayedDelivery {
  return broker.part("delayed-delivery", (owner) => new DelayedDelivery(owner));
}

/** The exchange (`not-found`) or the level's queue (`unroutable`) was deleted behind our back. */
function isMissing(error: unknown): error is RabbitError {
  return error instanceof RabbitError && (error.code === "not-found" || error.code === "unroutable");
}

/** Their absence says nothing about the destination, which callers conclude from these codes. */
function rethrowMissing(error: unknown): never {
  if (!isMissing(error)) throw error;
  throw new RabbitError("broker-error", `The delay queues cannot be kept on this broker: ${error.message}`, {
    cause: error,
  });
}
