import { heartbeatFrame } from "../protocol/request-frame.ts";

/** What a {@link Heartbeat} does to its connection. */
interface HeartbeatActions {
  readonly send: (frame: Buffer) => void;
  /** Nothing was heard for two periods. */
  readonly onSilence: () => void;
}

/** Sends a sign of life when nothing else is sent, and notices when the other side gives none. Keeps no process alive. */
export class Heartbeat {
  readonly #periodMs: number;
  readonly #actions: HeartbeatActions;
  readonly #timer: NodeJS.Timeout;
  #sentMs: number = performance.now();
  #receivedMs: number = performance.now();

  constructor(periodSeconds: number, actions: HeartbeatActions) {
    this.#periodMs = periodSeconds * 1000;
    this.#actions = actions;
    this.#timer = setInterval(() => this.#beat(), this.#periodMs / 2).unref();
  }

  /** Something was sent. */
  sent(): void {
    this.#sentMs = performance.now();
  }

  /** Something was received. */
  received(): void {
    this.#receivedMs = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (performance.now() - this.#sentMs >= this.#periodMs / 2) this.#actions.send(heartbeatFrame());
    if (!this.#isSilent()) return;
    // After a stall of this process there may be bytes that nobody has read yet: sockets are read between timers and immediates.
    setImmediate(() => {
      if (this.#isSilent()) this.#actions.onSilence();
    }).unref();
  }

  #isSilent(): boolean {
    return performance.now() - this.#receivedMs > 2 * this.#periodMs;
  }
}
