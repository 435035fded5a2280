import type { ReceivedMessage } from "./queue-deliveries.ts";

/** AWS: a receive can be repeated with its ReceiveRequestAttemptId for five minutes. */
const REPLAY_MS = 300_000;
const MOST = 10_000;

interface Attempt {
  readonly received: readonly ReceivedMessage[];
  readonly atMs: number;
}

/**
 * What receives with a ReceiveRequestAttemptId returned in this process. A call that repeats the id gets the same
 * messages and handles again, unless one of them was deleted, its visibility changed, or its visibility timeout ended.
 */
export class FifoAttempts {
  readonly #attempts = new Map<string, Attempt>();
  readonly #attemptOf = new Map<string, string>();

  /** Remembers a receive that returned something. */
  remember(attemptId: string, received: readonly ReceivedMessage[]): void {
    if (received.length === 0) return;
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size >= MOST && oldest !== undefined) this.#drop(oldest);
    this.#attempts.set(attemptId, { received, atMs: performance.now() });
    for (const { messageId } of received) this.#attemptOf.set(messageId, attemptId);
  }

  /** What the earlier receive with this id returned, if it can be repeated. */
  find(attemptId: string): readonly ReceivedMessage[] | undefined {
    const attempt = this.#attempts.get(attemptId);
    if (attempt === undefined) return undefined;
    if (performance.now() - attempt.atMs < REPLAY_MS) return attempt.received;
    this.#drop(attemptId);
    return undefined;
  }

  /** A message is not in flight any more, or its visibility changed: its receive cannot be repeated. */
  modified(messageId: string): void {
    const attemptId = this.#attemptOf.get(messageId);
    if (attemptId !== undefined) this.#drop(attemptId);
  }

  #drop(attemptId: string): void {
    for (const { messageId } of this.#attempts.get(attemptId)?.received ?? []) this.#attemptOf.delete(messageId);
    this.#attempts.delete(attemptId);
  }
}
