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

  /** Answers the call. */
  finish(messages: ReceivedMessage[]): void {
    this.#settled = true;
    this.#resolve(messages);
  }

  /** Fails the call. */
  fail(reason: unknown): void {
    this.#settled = true;
    this.#reject(reason);
  }
}
