import type { CallContext, OperationTable, RabbitMQOptions } from "@warrenmq/core/internal";

/** What a client knows that its operations need. */
export interface SqsSettings {
  readonly broker: RabbitMQOptions;
  /** The client's region, for queue URLs and ARNs. */
  readonly region: () => Promise<string>;
}

/** What one call of an operation runs on. */
export interface SqsContext {
  readonly call: CallContext;
  readonly settings: SqsSettings;
}

/** The operations' share of a client. */
export interface SqsRuntime {
  contextFor(call: CallContext): SqsContext;
  /** Gives the broker resources back; part of the client's `destroy()`. */
  release(): void;
}

/** The operations of Amazon SQS on RabbitMQ. */
export const operations: OperationTable<SqsContext> = {};

/** Starts a client's runtime. Nothing is connected before the first call. */
export function startRuntime(settings: SqsSettings): SqsRuntime {
  return { contextFor: (call) => ({ call, settings }), release: () => {} };
}
