/** A set of message ids that forgets the oldest beyond its limit, so it cannot grow without bound. */
export class RememberedIds {
  readonly #limit: number;
  readonly #ids = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether nothing is remembered; lets a hot path skip the look-up. */
  isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  /** Whether the id is remembered. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Remembers the id, forgetting the oldest if necessary. */
  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size <= this.#limit) return;
    const [oldest] = this.#ids;
    if (oldest !== undefined) this.#ids.delete(oldest);
  }

  /** Forgets the id; whether it was remembered. */
  delete(id: string): boolean {
    return this.#ids.delete(id);
  }
}
