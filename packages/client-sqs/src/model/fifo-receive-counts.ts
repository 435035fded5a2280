import type { ReceiveCount } from "./fifo-receivers-record.ts";

interface Noted extends ReceiveCount {
  readonly notedAtMs: number;
}

/** How often the messages of a FIFO queue were received, by this process and, as far as they have told, by the others. */
export class FifoReceiveCounts {
  /** Those that were noted longest ago come first. */
  readonly #noted = new Map<string, Noted>();

  /** Notes a count. Counts only rise: a lower one is older news. */
  note(receives: ReceiveCount, nowMs: number): void {
    const { messageId, count, firstReceivedAt } = receives;
    const known = this.#noted.get(messageId);
    this.#noted.delete(messageId);
    this.#noted.set(messageId, {
      messageId,
      count: Math.max(count, known?.count ?? 0),
      firstReceivedAt: Math.min(firstReceivedAt, known?.firstReceivedAt ?? firstReceivedAt),
      notedAtMs: nowMs,
    });
  }

  /** What is known of a message; `undefined` when it has not been received. */
  of(messageId: string): ReceiveCount | undefined {
    return this.#noted.get(messageId);
  }

  /** The message was deleted. */
  forget(messageId: string): void {
    this.#noted.delete(messageId);
  }

  /** Forgets counts that were noted before that time. */
  forgetBefore(nowMs: number): void {
    for (const [messageId, { notedAtMs }] of this.#noted) {
      if (notedAtMs >= nowMs) return;
      this.#noted.delete(messageId);
    }
  }
}
