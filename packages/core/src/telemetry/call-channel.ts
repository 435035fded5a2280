import { tracingChannel, type TracingChannel } from "node:diagnostics_channel";

/**
 * What subscribers of the tracing channel `warrenmq.call` get with each event of a call (`start`, `end`, `asyncStart`,
 * `asyncEnd`, `error`): the same object for all events of one call.
 * @public
 */
export interface CallEvent {
  /** "SQS" or "SNS". */
  readonly service: string;
  /** "SendMessage". */
  readonly operation: string;
  /** `$metadata.requestId` of the output or error. */
  readonly requestId: string;
  /** The operation's input as the application gave it; message bodies are in it. */
  readonly input: unknown;
  /** From `asyncStart` on, when the call succeeded: what the SDK's middlewares get, `{ output, response }`. */
  readonly result?: unknown;
  /** From `error` on: what the application gets. */
  readonly error?: unknown;
}

const channel: TracingChannel<CallEvent, object> = tracingChannel("warrenmq.call");

/** Whether somebody listens to calls. */
export function isCallChannelUsed(): boolean {
  return channel.hasSubscribers;
}

/** Runs a call with its events published. */
export function publishCall<Answer>(event: CallEvent, run: () => Promise<Answer>): Promise<Answer> {
  return channel.tracePromise(run, event);
}
