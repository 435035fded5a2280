/**
 * The calls that wait for messages of one queue, and the messages that wait for a call. Whatever arrives goes to the
 * first call in line; what is left over is kept until a call comes or the owner takes it back.
 */
export class WaitingLine<Item> {
  #items: Item[] = [];
  readonly #waiters: Waiter<Item>[] = [];
  readonly #choose: (items: Item[], count: number) => Item[];

  /** @param choose removes and returns which items a call gets, up to `count`; without it the first ones */
  constructor(choose: (items: Item[], count: number) => Item[] = takeFirst) {
    this.#choose = choose;
  }

  /** Items that no call has taken. */
  leftOver(): number {
    return this.#items.length;
  }

  /** How many items the waiting calls can still take. */
  demand(): number {
    let demand = 0;
    for (const waiter of this.#waiters) demand += waiter.max - waiter.taken.length;
    return demand;
  }

  /** Whether any call waits. */
  isEmpty(): boolean {
    return this.#waiters.length === 0;
  }

  /** Puts a call in line; it is served at once from what is left over. */
  join(max: number, fillMs: () => number): Waiter<Item> {
    const waiter = new Waiter<Item>(max, fillMs, () => this.#leave(waiter));
    this.#waiters.push(waiter);
    this.#distribute();
    return waiter;
  }

  /** Adds an item behind those that are left over. */
  offer(item: Item): void {
    this.#items.push(item);
    this.#distribute();
  }

  /** Ends a call without an answer: what it had taken goes back to where it came from, the front. */
  withdraw(waiter: Waiter<Item>, reason: unknown): void {
    if (waiter.isSettled()) return;
    const taken = waiter.taken.splice(0);
    waiter.fail(reason);
    this.#items = [...taken, ...this.#items];
    this.#distribute();
  }

  /** Fails every waiting call. */
  failAll(reason: unknown): void {
    for (const waiter of this.#waiters.slice()) waiter.fail(reason);
  }

  /** Removes and returns the items that no call has taken. */
  takeLeftOver(): Item[] {
    return this.#items.splice(0);
  }

  /** Drops items that became worthless, also from calls that have not been answered yet. */
  discard(isWorthless: (item: Item) => boolean): void {
    this.#items = this.#items.filter((item) => !isWorthless(item));
    for (const waiter of this.#waiters) waiter.discard(isWorthless);
  }

  #distribute(): void {
    for (const waiter of this.#waiters.slice()) {
      if (this.#items.length === 0) return;
      waiter.take(this.#choose(this.#items, waiter.max - waiter.taken.length));
    }
  }

  #leave(waiter: Waiter<Item>): void {
    const index = this.#waiters.indexOf(waiter);
    if (index >= 0) this.#waiters.splice(index, 1);
  }
}

function takeFirst<Item>(items: Item[], count: number): Item[] {
  return items.splice(0, count);
}

/** One call in line. It is answered when it is full, or a moment after its first item, or when its time is over. */
export class Waiter<Item> {
  readonly max: number;
  readonly taken: Item[] = [];
  /** The answer. */
  readonly done: Promise<Item[]>;
  readonly #fillMs: () => number;
  readonly #leave: () => void;
  #resolve: (items: Item[]) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;
  #settled = false;
  #filling = false;
  #expected = 1;

  /** @param fillMs how long the call waits for more once it has its first item */
  constructor(max: number, fillMs: () => number, leave: () => void) {
    this.max = max;
    this.#fillMs = fillMs;
    this.#leave = leave;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether the call was answered. */
  isSettled(): boolean {
    return this.#settled;
  }

  /** Adds items; the caller never gives more than `max` in all. */
  take(items: readonly Item[]): void {
    this.taken.push(...items);
    if (this.taken.length === this.max) this.finish();
    else if (this.taken.length >= this.#expected) this.#fill();
  }

  /** Waits for that many items (a number the broker has told) before the moment for filling up begins. */
  expect(count: number): void {
    this.#expected = Math.min(count, this.max);
  }

  /** Answers with what was taken, possibly nothing. */
  finish(): void {
    if (this.#settled) return;
    this.#settle();
    this.#resolve(this.taken);
  }

  /** Fails the call. */
  fail(reason: unknown): void {
    if (this.#settled) return;
    this.#settle();
    this.#reject(reason);
  }

  /** Drops items that became worthless. */
  discard(isWorthless: (item: Item) => boolean): void {
    const kept = this.taken.filter((item) => !isWorthless(item));
    this.taken.splice(0, this.taken.length, ...kept);
  }

  #fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    const fillMs = this.#fillMs();
    const finish = (): void => {
      this.#filling = false;
      if (this.taken.length > 0) this.finish();
    };
    // Without a wait: at the end of this turn, so that what came in the same packet comes along.
    if (fillMs === 0) setImmediate(finish);
    else setTimeout(finish, fillMs);
  }

  #settle(): void {
    this.#settled = true;
    this.#leave();
  }
}
