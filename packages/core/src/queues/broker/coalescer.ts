/**
 * Sends what is asked for in one turn of the event loop together: the entries of a batch that concern one process
 * become one request.
 */
export class Coalescer<Entry, Result> {
  readonly #most: number;
  readonly #send: (key: string, entries: readonly Entry[]) => Promise<readonly Result[]>;
  readonly #waiting = new Map<
    string,
    { readonly entry: Entry; readonly settle: (result: Promise<Result>) => void }[]
  >();

  /**
   * @param most how many entries are sent at once
   * @param send resolves to one result for each entry, in order
   */
  constructor(most: number, send: (key: string, entries: readonly Entry[]) => Promise<readonly Result[]>) {
    this.#most = most;
    this.#send = send;
  }

  /** Resolves to the entry's result; rejects as what it was sent with. */
  add(key: string, entry: Entry): Promise<Result> {
    return new Promise<Result>((resolve) => {
      const waiting = this.#waiting.get(key) ?? [];
      if (waiting.push({ entry, settle: resolve }) === 1) {
        this.#waiting.set(key, waiting);
        process.nextTick(() => this.#flush(key));
      }
    });
  }

  #flush(key: string): void {
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    while (waiting.length > 0) {
      const part = waiting.splice(0, this.#most);
      const sent = this.#send(
        key,
        part.map(({ entry }) => entry),
      );
      for (const [index, { settle }] of part.entries()) settle(sent.then((results) => resultAt(results, index)));
    }
  }
}

function resultAt<Result>(results: readonly Result[], index: number): Result {
  const result = results[index];
  if (result === undefined) throw new Error("An entry has no result.");
  return result;
}
