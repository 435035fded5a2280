import type { MessagingCall, MessagingResult } from "./messaging-call.ts";
import {
  activeContext,
  SCOPE,
  spanOf,
  withSpan,
  type OtelApi,
  type OtelAttributes,
  type OtelContext,
  type OtelSpan,
} from "./otel-api.ts";
import { extracted, propagationHeadersOf } from "./propagation.ts";

/** `SpanKind` of the API. */
const CLIENT = 2;
const PRODUCER = 3;
/** `SpanStatusCode.ERROR` of the API. */
const ERROR = 2;
/** OpenTelemetry's limit for links, by default. */
const MOST_LINKS = 128;

/** The instrumentation that many applications on AWS have. It makes a span of each call, so there need not be a second. */
const AWS_INSTRUMENTATION = "@opentelemetry/instrumentation-aws-sdk";

/** The span of one call. */
export interface CallSpan {
  /** For what is sent by the call. */
  readonly context: OtelContext;
  succeeded(result: MessagingResult | undefined): void;
  failed(error: unknown): void;
}

/** Starts the span of a call; none without a tracer provider, or where AWS's instrumentation has made one. */
export function startCallSpan(
  api: OtelApi,
  service: string,
  operationName: string,
  messaging: MessagingCall | undefined,
): CallSpan | undefined {
  const parent = activeContext(api);
  if (api.trace === undefined || isOfAwsInstrumentation(spanOf(parent))) return undefined;
  const span = api.trace.getTracer(SCOPE).startSpan(
    messaging === undefined ? `${service}/${operationName}` : spanName(messaging),
    {
      kind: messaging?.type === "send" ? PRODUCER : CLIENT,
      attributes: messaging === undefined ? rpcAttributes(service, operationName) : messagingAttributes(messaging),
    },
    parent,
  );
  return {
    context: withSpan(parent, span),
    succeeded(result) {
      if (result !== undefined) describeResult(api, span, messaging, result);
      span.end();
    },
    failed(error) {
      const { name, message } = error instanceof Error ? error : { name: "_OTHER", message: String(error) };
      span.setAttributes({ "error.type": name });
      span.setStatus({ code: ERROR, message });
      if (error instanceof Error) span.recordException(error);
      span.end();
    },
  };
}

function spanName({ operation, destination }: MessagingCall): string {
  return destination === undefined ? operation : `${operation} ${destination}`;
}

function messagingAttributes({ operation, type, destination, partition, batchSize }: MessagingCall): OtelAttributes {
  return {
    "messaging.system": "rabbitmq",
    "messaging.operation.name": operation,
    "messaging.operation.type": type,
    ...(destination === undefined ? {} : { "messaging.destination.name": destination }),
    ...(partition === undefined ? {} : { "messaging.destination.partition.id": partition }),
    ...(batchSize === undefined ? {} : { "messaging.batch.message_count": batchSize }),
  };
}

/** What is not about messages is a call of AWS's API, as AWS's instrumentation has it. */
function rpcAttributes(service: string, operationName: string): OtelAttributes {
  return { "rpc.system": "aws-api", "rpc.service": service, "rpc.method": operationName };
}

function describeResult(
  api: OtelApi,
  span: OtelSpan,
  messaging: MessagingCall | undefined,
  { messageId, partition, messages, received = [] }: MessagingResult,
): void {
  if (messageId !== undefined) span.setAttributes({ "messaging.message.id": messageId });
  if (partition !== undefined) span.setAttributes({ "messaging.destination.partition.id": partition });
  if (messaging?.type === "receive") span.setAttributes({ "messaging.batch.message_count": messages });
  const links = received.slice(0, MOST_LINKS).flatMap((message) => {
    const context = extracted(api, propagationHeadersOf(message));
    return context === undefined ? [] : [{ context }];
  });
  if (links.length > 0) span.addLinks?.(links);
}

/** By what the SDK, versions 1 and 2, says of its spans. */
function isOfAwsInstrumentation(span: OtelSpan | undefined): boolean {
  if (span === undefined) return false;
  const scope: unknown = Reflect.get(span, "instrumentationScope") ?? Reflect.get(span, "instrumentationLibrary");
  return typeof scope === "object" && scope !== null && Reflect.get(scope, "name") === AWS_INSTRUMENTATION;
}
