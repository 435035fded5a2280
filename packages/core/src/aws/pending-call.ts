/** What a middleware gets back from `next`: the SDK's shape of an answered call. */
export interface Answer {
  readonly output: object;
  readonly response: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> };
}

/**
 * One call on its way to the request handler, in the place of the HTTP request. The request handler is where every
 * version of the SDK hands over the caller's `abortSignal`.
 */
export interface PendingCall {
  readonly operationName: string;
  readonly input: unknown;
  readonly traceHeader: string | undefined;
  answer(call: PendingCall, signal: AbortSignal | undefined): Promise<Answer>;
}

/** Whether the thing handed to the request handler came from the seam. */
export function isPendingCall(request: unknown): request is PendingCall {
  return typeof request === "object" && request !== null && "answer" in request && "operationName" in request;
}
