import { build } from "hdr-histogram-js";
import type { Histogram } from "hdr-histogram-js";

/** Counts, rates and latencies of one kind of orders. */
export class Figures {
  sent = 0;
  received = 0;
  redelivered = 0;
  deleted = 0;
  readonly #sending = new Period();
  readonly #receiving = new Period();
  /** From the moment an order is placed to its first delivery, in microseconds. */
  readonly #latency: Histogram = build();

  addSent(at: number): void {
    this.sent += 1;
    this.#sending.extendTo(at);
  }

  /** Counts a delivery. `latencyMs` is absent when it is not the order's first. */
  addReceived(at: number, latencyMs: number | undefined): void {
    this.received += 1;
    if (latencyMs === undefined) {
      this.redelivered += 1;
      return;
    }
    this.#receiving.extendTo(at);
    // The clocks of two processes can differ by some microseconds.
    this.#latency.recordValue(Math.max(0, Math.round(latencyMs * 1_000)));
  }

  /** Orders sent in a second. */
  get sendRate(): number {
    return this.#sending.rate(this.sent);
  }

  /** First deliveries in a second. */
  get receiveRate(): number {
    return this.#receiving.rate(this.received - this.redelivered);
  }

  /** A percentile of the time from placing an order to its first delivery, in milliseconds. */
  latencyMs(percentile: number): number {
    return this.#latency.getValueAtPercentile(percentile) / 1_000;
  }
}

/** From the first to the last of some events. */
class Period {
  #first = Infinity;
  #last = -Infinity;

  extendTo(at: number): void {
    this.#first = Math.min(this.#first, at);
    this.#last = Math.max(this.#last, at);
  }

  rate(count: number): number {
    return count / Math.max(0.001, (this.#last - this.#first) / 1_000);
  }
}
