import type { Broker } from "@warrenmq/core/internal";
import { SETTLING_MS } from "./receive-channel.ts";

/**
 * Keeps the process alive for a moment after its last acknowledgement: RabbitMQ drops acknowledgements that it has not
 * applied when the connection ends.
 */
export class Settling {
  readonly #broker: Broker;
  #untilMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** The moment begins anew. */
  extend(): void {
    this.#untilMs = performance.now() + SETTLING_MS;
    if (this.#timer !== undefined) return;
    this.#broker.hold();
    this.#wait();
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#check(), this.#untilMs - performance.now()).unref();
  }

  #check(): void {
    if (performance.now() < this.#untilMs - 1) {
      this.#wait();
      return;
    }
    this.#timer = undefined;
    this.#broker.release();
  }
}
