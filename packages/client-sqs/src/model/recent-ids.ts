/** The last ids that were added, in a ring: adding costs nothing and never allocates once the ring is full. */
export class RecentIds {
  readonly #ring: string[] = [];
  readonly #limit: number;
  #next = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds an id over the oldest. */
  add(id: string): void {
    this.#ring[this.#next] = id;
    this.#next = (this.#next + 1) % this.#limit;
  }

  /** Whether the id is among them. Looks at each: for rare questions. */
  has(id: string): boolean {
    return this.#ring.includes(id);
  }

  /** Forgets everything and returns what was there. */
  takeAll(): string[] {
    this.#next = 0;
    return this.#ring.splice(0);
  }
}
