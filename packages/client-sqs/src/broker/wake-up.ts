/** One timer for many points in time: it wakes its owner at the earliest. Does not keep the process alive. */
export class WakeUp {
  readonly #wake: () => void;
  #timer: NodeJS.Timeout | undefined;
  #atMs = Infinity;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Wakes at that time (of `performance.now()`), or earlier if that was asked for. Infinity asks for nothing. */
  notLaterThan(atMs: number): void {
    if (atMs >= this.#atMs) return;
    clearTimeout(this.#timer);
    this.#atMs = atMs;
    this.#timer = setTimeout(
      () => {
        this.#atMs = Infinity;
        this.#wake();
      },
      Math.max(1, atMs - performance.now()),
    ).unref();
  }

  /** Wakes no more. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#atMs = Infinity;
  }
}
