import { backOffMs, pause, RabbitError, remainingMs, type Deadline } from "@warrenmq/core/internal";

/** What is tried again and again. */
export interface Attempts<T> {
  readonly attempt: () => Promise<T>;
  /** Whether it is still wanted. */
  readonly isWanted: () => boolean;
  /** No attempt begins after it. */
  readonly deadline?: Deadline;
  /** Told of each failure that another attempt may overcome. */
  readonly onFailure?: (failure: RabbitError) => void;
}

/**
 * Repeats an attempt with back-off until it succeeds, or is not wanted any more or too late: then it resolves to `undefined`.
 * @throws RabbitError a failure that another attempt would not overcome
 */
export async function retry<T>({
  attempt,
  isWanted,
  onFailure,
  deadline = Infinity,
}: Attempts<T>): Promise<T | undefined> {
  for (let failures = 1; isWanted() && remainingMs(deadline) > 0; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const failure = asRabbitError(error);
      if (!failure.retryable) throw failure;
      onFailure?.(failure);
    }
    await pause(Math.min(backOffMs(failures), remainingMs(deadline)));
  }
  return undefined;
}

/** Whatever was thrown, as the one error type. */
export function asRabbitError(error: unknown): RabbitError {
  if (error instanceof RabbitError) return error;
  return new RabbitError("broker-error", error instanceof Error ? error.message : String(error), { cause: error });
}

/** A stream that could not be reached before the deadline, for no reason that is known. */
export function notInTime(stream: string): RabbitError {
  return new RabbitError("timeout", `RabbitMQ did not answer in time: open the stream "${stream}"`);
}
