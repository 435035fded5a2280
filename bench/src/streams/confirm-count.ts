/** Waits for confirms by their number: messages of one publisher are confirmed in order. */
export class ConfirmCount {
  #confirmed = 0;
  #sent = 0;
  #waiting: { readonly until: number; readonly done: () => void }[] = [];

  /** So many messages were sent. Resolves when they, and all before them, are confirmed. */
  sent(count: number): Promise<void> {
    this.#sent += count;
    const until = this.#sent;
    return new Promise((done) => {
      this.#waiting.push({ until, done });
    });
  }

  /** So many more are confirmed. */
  confirmed(count: number): void {
    this.#confirmed += count;
    for (let next = this.#waiting[0]; next !== undefined && next.until <= this.#confirmed; next = this.#waiting[0]) {
      this.#waiting.shift();
      next.done();
    }
  }
}
