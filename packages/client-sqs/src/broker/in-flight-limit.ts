/** AWS: a standard queue has about this many messages in flight at most. */
export const MOST_IN_FLIGHT = 120_000;
/** A process that holds fewer messages does not ask the others: a queue is far from its limit then, or has very many receivers. */
const ASKED_FROM = 1_000;
/** How old the others' count may be. */
const STALE_MS = 2_000;

/** What the other processes held at the last look. */
interface Others {
  inFlight: number;
  readonly askedAtMs: number;
}

/** Whether a queue has as many messages in flight, over all processes, as AWS allows. It never makes a receive wait. */
export class InFlightLimit {
  readonly #countAll: (queueName: string) => Promise<number>;
  readonly #others = new Map<string, Others>();

  /** @param countAll resolves to the messages in flight in all processes, this one included */
  constructor(countAll: (queueName: string) => Promise<number>) {
    this.#countAll = countAll;
  }

  /** @param own how many of the queue's messages this process holds */
  isReached(queueName: string, own: () => number): boolean {
    const held = own();
    if (held >= MOST_IN_FLIGHT) return true;
    if (held < ASKED_FROM) return false;
    const known = this.#others.get(queueName);
    if (known === undefined || performance.now() - known.askedAtMs > STALE_MS) void this.#look(queueName, own);
    return held + (known?.inFlight ?? 0) >= MOST_IN_FLIGHT;
  }

  async #look(queueName: string, own: () => number): Promise<void> {
    const others = { inFlight: this.#others.get(queueName)?.inFlight ?? 0, askedAtMs: performance.now() };
    this.#others.set(queueName, others);
    const all = await this.#countAll(queueName).catch(() => undefined); // the next look is another attempt
    if (all !== undefined) others.inFlight = Math.max(0, all - own());
  }
}
