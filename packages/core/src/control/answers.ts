import type { ControlReply } from "./control-message.ts";

/** The answers to a request that went to several processes. */
export class Answers {
  readonly #bodies = new Map<string, unknown>();
  #expected: number;
  #complete: () => void = () => undefined;

  constructor(expected: number) {
    this.#expected = expected;
  }

  /** Adds an answer; a second one of the same process replaces its first. */
  add({ from, body }: ControlReply): void {
    this.#bodies.set(from, body);
    if (this.areComplete()) this.#complete();
  }

  /** Changes how many are expected. */
  expect(count: number): void {
    this.#expected = count;
  }

  /** Whether as many processes have answered as are expected to. */
  areComplete(): boolean {
    return this.#bodies.size >= this.#expected;
  }

  /** Resolves when they are complete, but after that many milliseconds in any case. */
  completeOrIn(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#complete = (): void => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** What was answered. */
  bodies(): readonly unknown[] {
    return [...this.#bodies.values()];
  }
}
