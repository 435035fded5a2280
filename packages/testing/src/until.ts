import { setTimeout as sleep } from "node:timers/promises";

/** How {@link until} waits. */
export interface UntilOptions {
  /** What is waited for, for the error message: "the queue to be empty". */
  readonly what: string;
  /** @default 10_000 */
  readonly timeoutMs?: number;
  /** @default 20 */
  readonly intervalMs?: number;
}

/**
 * Waits for a condition by polling it, and resolves to the first value that is neither `false` nor `undefined`.
 * Rejects after `timeoutMs`, naming what was waited for; an error thrown by the condition rejects at once.
 * @example await until(() => received.length === 3, { what: "three messages" })
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 10_000, intervalMs = 20 }: UntilOptions,
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (isFulfilled(value)) return value;
    if (performance.now() >= deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(intervalMs);
  }
}

function isFulfilled<T>(value: T): value is Exclude<T, false | undefined> {
  return value !== false && value !== undefined;
}
