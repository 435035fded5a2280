import { isCallChannelUsed, publishCall } from "./call-channel.ts";
import { startCallMetrics } from "./call-metrics.ts";
import { startCallSpan } from "./call-span.ts";
import type { MessagingConventions } from "./messaging-call.ts";
import { activeContext, otelApi, type OtelApi } from "./otel-api.ts";
import { injected, type PropagationHeaders } from "./propagation.ts";

/** One call, as those who watch it see it. */
export interface ObservedCall {
  /** "SQS". */
  readonly service: string;
  /** "SendMessage". */
  readonly operationName: string;
  readonly input: unknown;
  readonly requestId: string;
  readonly conventions: MessagingConventions | undefined;
}

/** Whether anybody watches calls now: a subscriber of the channel, or something registered with OpenTelemetry. */
export function isObserved(): boolean {
  return otelApi() !== undefined || isCallChannelUsed();
}

/**
 * Runs a call for those who watch: a span, metrics, events.
 * @param run gets the trace context to send along
 */
export function observeCall<Answer extends { readonly output: object }>(
  call: ObservedCall,
  run: (propagation: PropagationHeaders | undefined) => Promise<Answer>,
): Promise<Answer> {
  const api = otelApi();
  const recorded = (): Promise<Answer> => (api === undefined ? run(undefined) : record(api, call, run));
  if (!isCallChannelUsed()) return recorded();
  const { service, operationName: operation, requestId, input } = call;
  return publishCall({ service, operation, requestId, input }, recorded);
}

async function record<Answer extends { readonly output: object }>(
  api: OtelApi,
  { service, operationName, input, conventions }: ObservedCall,
  run: (propagation: PropagationHeaders | undefined) => Promise<Answer>,
): Promise<Answer> {
  const messaging = conventions?.call(operationName, input);
  const metrics = startCallMetrics(api, operationName, messaging);
  const span = startCallSpan(api, service, operationName, messaging);
  const propagation = messaging?.type === "send" ? injected(api, span?.context ?? activeContext(api)) : undefined;
  try {
    const answer = await run(propagation);
    const result = messaging && conventions?.result(operationName, answer.output);
    metrics?.succeeded(result);
    span?.succeeded(result);
    return answer;
  } catch (error) {
    metrics?.failed(error);
    span?.failed(error);
    throw error;
  }
}
