type State = "sending" | "seen while sending" | "confirmed" | "doubtful";

/**
 * Counts what was sent against what arrived, in memory that does not grow: a message is forgotten as soon as it has been
 * both confirmed and received.
 */
export class Ledger {
  readonly #open = new Map<string, State>();
  confirmed = 0;
  received = 0;
  /** Received again after it had been confirmed and received. */
  again = 0;
  failures = 0;

  /** What was counted. */
  counts(): { confirmed: number; received: number; again: number; failures: number } {
    const { confirmed, received, again, failures } = this;
    return { confirmed, received, again, failures };
  }

  begin(id: string): void {
    this.#open.set(id, "sending");
  }

  confirm(id: string): void {
    this.confirmed++;
    if (this.#open.get(id) === "seen while sending") this.#open.delete(id);
    else this.#open.set(id, "confirmed");
  }

  /** The send failed: the message may arrive or not. */
  fail(id: string): void {
    this.failures++;
    if (this.#open.get(id) === "seen while sending") this.#open.delete(id);
    else this.#open.set(id, "doubtful");
  }

  receive(id: string): void {
    const state = this.#open.get(id);
    if (state === undefined || state === "seen while sending") {
      this.again++;
      return;
    }
    this.received++;
    if (state === "sending") this.#open.set(id, "seen while sending");
    else this.#open.delete(id);
  }

  /** Confirmed, and not received so far. */
  missing(): string[] {
    return [...this.#open].filter(([, state]) => state === "confirmed").map(([id]) => id);
  }
}
