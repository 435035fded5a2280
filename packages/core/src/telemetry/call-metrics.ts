import type { MessagingCall, MessagingResult } from "./messaging-call.ts";
import { SCOPE, type OtelApi, type OtelAttributes, type OtelMeter } from "./otel-api.ts";

/** Records the metrics of one call. */
export interface CallMetrics {
  succeeded(result: MessagingResult | undefined): void;
  failed(error: unknown): void;
}

interface Instruments {
  readonly duration: ReturnType<OtelMeter["createHistogram"]>;
  readonly sent: ReturnType<OtelMeter["createCounter"]>;
  readonly consumed: ReturnType<OtelMeter["createCounter"]>;
}

const DURATION_BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** An application may register another provider, a test suite for one. */
const instrumentsOf = new WeakMap<object, Instruments>();

/** Starts to measure a call; nothing without a meter provider. */
export function startCallMetrics(
  { metrics }: OtelApi,
  operationName: string,
  messaging: MessagingCall | undefined,
): CallMetrics | undefined {
  if (metrics === undefined) return undefined;
  const startedAt = performance.now();
  const attributes = attributesOf(operationName, messaging);
  const { duration, sent, consumed } = instruments(metrics);
  const count = (messages: number, outcome: OtelAttributes): void => {
    if (messages === 0) return;
    if (messaging?.type === "send") sent.add(messages, outcome);
    if (messaging?.type === "receive") consumed.add(messages, outcome);
  };
  return {
    succeeded(result) {
      duration.record((performance.now() - startedAt) / 1_000, attributes);
      if (result !== undefined) count(result.messages, attributes);
    },
    failed(error) {
      const outcome = { ...attributes, "error.type": error instanceof Error ? error.name : "_OTHER" };
      duration.record((performance.now() - startedAt) / 1_000, outcome);
      if (messaging?.type === "send") count(messaging.batchSize ?? 1, outcome);
    },
  };
}

function attributesOf(operationName: string, messaging: MessagingCall | undefined): OtelAttributes {
  return {
    "messaging.system": "rabbitmq",
    "messaging.operation.name": messaging?.operation ?? operationName,
    ...(messaging === undefined ? {} : { "messaging.operation.type": messaging.type }),
    ...(messaging?.destination === undefined ? {} : { "messaging.destination.name": messaging.destination }),
  };
}

function instruments(metrics: NonNullable<OtelApi["metrics"]>): Instruments {
  const known = instrumentsOf.get(metrics);
  if (known !== undefined) return known;
  const meter = metrics.getMeter(SCOPE);
  const made = {
    duration: meter.createHistogram("messaging.client.operation.duration", {
      unit: "s",
      description: "Duration of a call, from the application's send to its answer.",
      advice: { explicitBucketBoundaries: DURATION_BOUNDARIES },
    }),
    sent: meter.createCounter("messaging.client.sent.messages", {
      unit: "{message}",
      description: "Messages that were sent, or could not be: then with error.type.",
    }),
    consumed: meter.createCounter("messaging.client.consumed.messages", {
      unit: "{message}",
      description: "Messages that were handed to the application.",
    }),
  };
  instrumentsOf.set(metrics, made);
  return made;
}
