import { EMPTY_CONTEXT, spanOf, type OtelApi, type OtelContext, type OtelSpanContext } from "./otel-api.ts";

/** What OpenTelemetry's propagators write for the receiver of a message: `traceparent`, `tracestate`, `baggage`, … */
export type PropagationHeaders = Readonly<Record<string, string>>;

/** The header that AWS's services know, in lower case. SQS shows it as `AWSTraceHeader`. */
export const AWS_TRACE_HEADER = "x-amzn-trace-id";

const MOST_HEADERS = 10;
const LONGEST_VALUE = 8_192;

/** What the registered propagators write for a context; `undefined` for nothing. Names are in lower case. */
export function injected(api: OtelApi, context: OtelContext): PropagationHeaders | undefined {
  if (api.propagation === undefined) return undefined;
  const headers = new Map<string, string>();
  api.propagation.inject(context, headers, {
    set: (_carrier, key, value) => {
      if (headers.size < MOST_HEADERS && typeof value === "string" && value.length <= LONGEST_VALUE) {
        headers.set(key.toLowerCase(), value);
      }
    },
  });
  return headers.size === 0 ? undefined : Object.fromEntries(headers);
}

/** The span that such headers name, if the registered propagators find one in them. */
export function extracted(api: OtelApi, headers: PropagationHeaders): OtelSpanContext | undefined {
  const context = api.propagation?.extract(EMPTY_CONTEXT, headers, {
    keys: () => Object.keys(headers),
    get: (_carrier, key) => {
      const name = key.toLowerCase();
      return Object.hasOwn(headers, name) ? headers[name] : undefined;
    },
  });
  return context && spanOf(context)?.spanContext();
}

const headersOf = new WeakMap<object, PropagationHeaders>();

/** Notes what came with a received message. */
export function rememberPropagation(message: object, headers: PropagationHeaders): void {
  headersOf.set(message, headers);
}

/**
 * The trace context that came with a received message, by header name in lower case (`traceparent`, `tracestate`,
 * `baggage`, `x-amzn-trace-id`): a carrier for `propagation.extract` of `@opentelemetry/api`, so that what a handler does
 * belongs to the sender's trace. Not on AWS, where SQS carries nothing but `AWSTraceHeader`.
 * @param message as ReceiveMessage returned it; a copy of it has none
 * @returns an object of its own; empty when nothing came with the message
 * @public
 */
export function propagationHeadersOf(message: object): Record<string, string> {
  return { ...headersOf.get(message) };
}
