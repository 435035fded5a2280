import { RabbitError } from "./rabbit-error.ts";

/** A point in time that bounds a call: milliseconds of `performance.now()`. Wall-clock jumps do not move it. */
export type Deadline = number;

/** The deadline that lies `timeoutMs` ahead. */
export function deadlineIn(timeoutMs: number): Deadline {
  return performance.now() + timeoutMs;
}

/** Milliseconds left, never negative. */
export function remainingMs(deadline: Deadline): number {
  return Math.max(0, deadline - performance.now());
}

/**
 * Waits for `promise`, but not past the deadline. The promise itself goes on; its later failure is nobody's business.
 * @throws RabbitError `timeout`, naming `what` was being waited for.
 */
export function withDeadline<T>(promise: Promise<T>, deadline: Deadline, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new RabbitError("timeout", `RabbitMQ did not answer in time: ${what}`)),
      remainingMs(deadline),
    ).unref();
    const settle = (): void => clearTimeout(timer);
    promise.finally(settle).then(resolve, reject);
  });
}

/** Waits `ms` milliseconds without keeping the process alive. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
