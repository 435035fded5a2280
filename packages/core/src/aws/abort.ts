/** Makes the error with which the SDK's HTTP handler rejects an aborted call: name `AbortError`, the signal's reason as cause or message. */
export function buildAbortError(signal?: AbortSignal): Error {
  const reason: unknown = signal?.reason;
  const error = new Error(typeof reason === "string" ? reason : "Request aborted");
  if (reason instanceof Error) error.cause = reason;
  error.name = "AbortError";
  return error;
}

/** Throws an `AbortError` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw buildAbortError(signal);
}

/**
 * Settles as `work` does, or rejects with an `AbortError` as soon as the signal fires. The work goes on; its late
 * result is dropped and its late failure never becomes an unhandled rejection.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  if (signal.aborted) {
    work.catch(() => undefined); // nobody waits for it any more
    return Promise.reject(buildAbortError(signal));
  }
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(buildAbortError(signal));
    const stopListening = (): void => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(stopListening);
  });
}
