import type { PropagationHeaders } from "../telemetry/propagation.ts";

/** How much of an AWS operation RabbitMQ can serve. Printed into the support tables. */
export type SupportStatus = "supported" | "partial" | "unsupported";

/** What the seam knows about one call and hands to the operation. */
export interface CallContext {
  /** The caller's `abortSignal`. */
  readonly signal: AbortSignal | undefined;
  /** `X-Amzn-Trace-Id`, when a tracer put it on the request. SQS stores it as `AWSTraceHeader`. */
  readonly traceHeader: string | undefined;
  /** The trace context that goes along with what the call sends, when OpenTelemetry has one. */
  readonly propagation?: PropagationHeaders | undefined;
  /** The id of this call, a UUID: `$metadata.requestId` of the output or the error. */
  readonly requestId: string;
}

/** One AWS operation on RabbitMQ. It knows nothing of the SDK's plumbing: input in, output out. */
export interface Operation<Context, Input, Output> {
  readonly status: SupportStatus;
  /** What differs from AWS, in one line for the generated support table; empty when nothing does. */
  readonly difference: string;
  /**
   * True when `run` watches {@link CallContext.signal} by itself and settles promptly after an abort, because it has
   * something to give back first (a long poll). Without it the seam rejects at the abort and drops the late result.
   */
  readonly settlesOnAbort?: boolean;
  /**
   * Answers one call.
   * @throws OperationError where AWS would answer with an error; RabbitError when the broker side failed.
   */
  run(context: Context, input: Input): Promise<Output>;
}

/** The operations of a service by name: the command's name without "Command" (`SendMessage`). */
export type OperationTable<Context> = Readonly<Record<string, Operation<Context, unknown, unknown>>>;
