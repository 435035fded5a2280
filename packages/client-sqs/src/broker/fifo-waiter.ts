import type { ReceivedMessage } from "./queue-deliveries.ts";

/** One ReceiveMessage call that waits for messages of a FIFO queue. */
export class FifoWaiter {
  readonly max: number;
  readonly visibilityMs: number;
  /** The answer. */
  readonly done: Promise<ReceivedMessage[]>;
  #resolve: (messages: ReceivedMessage[]) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;
  #settled = false;
  #serving = false;

  constructor(max: number, visibilityMs: number) {
    this.max = max;
    this.visibilityMs = visibilityMs;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether the call was answered. */
  isSettled(): boolean {
    return this.#settled;
  }

  /** Whether messages may be taken for it. */
  isWaiting(): boolean {
    return !this.#settled && !this.#serving;
  }

  /** Messages were taken for it, and the answer follows. */
  serve(): void {
    this.#serving = true;
  }

  /** Waits again: what was taken for it is lost. */
  waitAgain(): void {
    this.#serving = false;
  }

  /** Answers the call. */
  finish(messages: ReceivedMessage[]): void {
    this.#settled = true;
    this.#resolve(messages);
  }

  /** Its time is over: answers with nothing, unless messages were taken for it. */
  giveUp(): void {
    if (this.isWaiting()) this.finish([]);
  }

  /** Fails the call. */
  fail(reason: unknown): void {
    this.#settled = true;
    this.#reject(reason);
  }
}
