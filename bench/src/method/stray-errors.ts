import type { EventEmitter } from "node:events";

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/** Errors that nobody catches: a socket's `error` event, say. Without it one of them ends the process, and all figures are lost. */
export class StrayErrors implements Disposable {
  readonly #source: EventEmitter;
  readonly #onError: (error: unknown) => void;

  /** Hands them to `onError` until this is disposed. */
  constructor(onError: (error: unknown) => void, source: EventEmitter = process) {
    this.#onError = onError;
    this.#source = source;
    for (const event of EVENTS) source.on(event, onError);
  }

  [Symbol.dispose](): void {
    for (const event of EVENTS) this.#source.off(event, this.#onError);
  }
}
