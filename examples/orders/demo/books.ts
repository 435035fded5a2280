import type { Order } from "../rabbitmq/order.ts";
import type { Report } from "../rabbitmq/report.ts";
import { Figures } from "./figures.ts";

/** What is known about one order. */
interface Entry {
  sent: boolean;
  handled: boolean;
  deleted: boolean;
  /** The worker that has it in hand. */
  holder: string | undefined;
  /** When a payment was declined: when that delivery had been received. */
  failedDeliveryAt: number | undefined;
  lastReceivedAt: number;
}

/** The books of the demo: every order, from the reports of all processes. */
export class Books {
  readonly retail: Figures = new Figures();
  readonly wholesale: Figures = new Figures();
  /** How long after their first delivery failed orders were delivered again, in milliseconds. */
  readonly comebacksMs: number[] = [];
  readonly #entries = new Map<string, Entry>();

  /** Enters a report of one worker. */
  enter({ event, orders, at }: Report, worker: string): void {
    for (const order of orders) {
      const entry = this.#entryOf(order);
      const figures = this[order.kind];
      switch (event) {
        case "sent":
          entry.sent = true;
          figures.addSent(at);
          break;
        case "received":
          this.#receive(entry, order, worker, at);
          break;
        case "handled":
          entry.handled = true;
          break;
        case "failed":
          entry.failedDeliveryAt = entry.lastReceivedAt;
          break;
        case "deleted":
          if (!entry.deleted) figures.deleted += 1;
          entry.deleted = true;
          entry.holder = undefined;
          break;
      }
    }
  }

  /** A worker is about to die. Returns how many orders it has in hand. */
  bury(worker: string): number {
    const held = [...this.#entries.values()].filter(({ holder }) => holder === worker);
    // The broker gives these back at once: their visibility timeout died with the process.
    for (const entry of held) entry.failedDeliveryAt = undefined;
    return held.length;
  }

  /** How many orders were sent but, so far, not handled. */
  get unhandled(): number {
    return [...this.#entries.values()].filter(({ sent, handled }) => sent && !handled).length;
  }

  get sent(): number {
    return this.retail.sent + this.wholesale.sent;
  }

  get redelivered(): number {
    return this.retail.redelivered + this.wholesale.redelivered;
  }

  get deleted(): number {
    return this.retail.deleted + this.wholesale.deleted;
  }

  #receive(entry: Entry, order: Order, worker: string, at: number): void {
    this[order.kind].addReceived(at, entry.lastReceivedAt === 0 ? at - order.placedAt : undefined);
    if (entry.failedDeliveryAt !== undefined) this.comebacksMs.push(at - entry.failedDeliveryAt);
    entry.failedDeliveryAt = undefined;
    entry.lastReceivedAt = at;
    entry.holder = worker;
  }

  #entryOf({ id }: Order): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const entry: Entry = {
      sent: false,
      handled: false,
      deleted: false,
      holder: undefined,
      failedDeliveryAt: undefined,
      lastReceivedAt: 0,
    };
    this.#entries.set(id, entry);
    return entry;
  }
}
