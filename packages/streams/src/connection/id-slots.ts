/** The protocol has one byte for the number of a publisher or subscription. */
const SLOTS = 256;

/** Gives out the numbers of one connection's publishers or subscriptions, each with who listens. */
export class IdSlots<Listener> {
  readonly #listeners = new Map<number, Listener>();
  readonly #taken = new Set<number>();

  /** Whether a number is left. */
  get hasFree(): boolean {
    return this.#taken.size < SLOTS;
  }

  /** A free number; `undefined` when there is none. */
  take(listener: Listener): number | undefined {
    for (let id = 0; id < SLOTS; id++) {
      if (this.#taken.has(id)) continue;
      this.#taken.add(id);
      this.#listeners.set(id, listener);
      return id;
    }
    return undefined;
  }

  get(id: number): Listener | undefined {
    return this.#listeners.get(id);
  }

  /** Nobody listens any more; the number stays taken until the broker knows that, too. */
  silence(id: number): void {
    this.#listeners.delete(id);
  }

  /** The number can be given out again. */
  free(id: number): void {
    this.#listeners.delete(id);
    this.#taken.delete(id);
  }

  /** All listeners with their numbers. */
  entries(): [number, Listener][] {
    return [...this.#listeners];
  }
}
