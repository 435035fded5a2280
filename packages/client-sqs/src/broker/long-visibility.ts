import type { Broker } from "@warrenmq/core/internal";
import type { HiddenMessages } from "./hidden-messages.ts";
import type { InFlight, InFlightMessages } from "./in-flight.ts";

/** Messages that are moved at the same time. */
const MOST_AT_ONCE = 100;
const LONGEST_PAUSE_MS = 60_000;
/** Of the broker's time limit: a message that is visible again by then is not moved. */
const SAFE = 0.9;

/**
 * Sees to it that no delivery of a queue is held for longer than the broker allows, and that none of up to RabbitMQ 4.2 pins
 * the queue's log for hours: one that has been held for half the broker's `consumer_timeout`, and is to stay hidden, is
 * moved, and moved again when the copy has grown as old.
 */
export class LongVisibility {
  readonly #broker: Broker;
  readonly #queueName: string;
  readonly #hidden: HiddenMessages;
  readonly #inFlight: InFlightMessages;
  #timer: NodeJS.Timeout | undefined;

  /** @param inFlight what this process holds of the queue */
  constructor(broker: Broker, queueName: string, hidden: HiddenMessages, inFlight: InFlightMessages) {
    this.#broker = broker;
    this.#queueName = queueName;
    this.#hidden = hidden;
    this.#inFlight = inFlight;
  }

  /** To be called when something is in flight. It looks now and then until nothing is. */
  watch(): void {
    if (this.#timer !== undefined || this.#inFlight.size === 0) return;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, this.#timeoutMs / 10);
    this.#timer = setTimeout(() => void this.#look(), pauseMs).unref();
  }

  get #timeoutMs(): number {
    return this.#broker.options.consumerTimeoutMs;
  }

  async #look(): Promise<void> {
    const due = [...this.#inFlight].filter(([, entry]) => this.#isDue(entry));
    while (due.length > 0) await Promise.all(due.splice(0, MOST_AT_ONCE).map((entry) => this.#move(...entry)));
    this.#timer = undefined;
    this.watch();
  }

  #isDue({ delivery: { arrivedMs }, visibleAtMs }: InFlight): boolean {
    const heldMs = performance.now() - arrivedMs;
    return heldMs >= this.#timeoutMs / 2 && visibleAtMs - arrivedMs > this.#timeoutMs * SAFE;
  }

  /** The original is deleted when its copy is here: a crash in between duplicates the message and never loses it. */
  async #move(number: number, entry: InFlight): Promise<void> {
    const original = entry.delivery;
    const copy = await this.#hidden.copy(this.#queueName, original.message, entry);
    if (copy === undefined) return; // the next look is another attempt
    if (this.#inFlight.get(number) !== entry) {
      // Meanwhile it was deleted or went back: the original has been settled.
      copy.channel.ack(copy.message);
      return;
    }
    entry.delivery = copy;
    entry.isMoved = true;
    original.channel.ack(original.message);
  }
}
