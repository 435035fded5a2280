import { context, metrics, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { AWSXRayPropagator } from "@opentelemetry/propagator-aws-xray";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import type { DataPoint } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { afterAll } from "vitest";

/** What OpenTelemetry recorded. */
export interface Telemetry {
  /** The spans that ended since the last call, oldest first. */
  takeSpans(): ReadableSpan[];
  /** The data points of a metric. */
  points(name: string): Promise<DataPoint<unknown>[]>;
}

/** Registers OpenTelemetry as an application does, for one test file. */
export function registerTelemetry({ xRay = false }: { xRay?: boolean } = {}): Telemetry {
  const spans = new InMemorySpanExporter();
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  metrics.setGlobalMeterProvider(meterProvider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const w3c = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: xRay ? [...w3c, new AWSXRayPropagator()] : w3c }),
  );
  afterAll(async () => {
    for (const api of [trace, metrics, context, propagation]) api.disable();
    await meterProvider.shutdown();
  });
  return {
    takeSpans() {
      const taken = spans.getFinishedSpans();
      spans.reset();
      return taken;
    },
    async points(name) {
      await meterProvider.forceFlush();
      const last = metricExporter.getMetrics().at(-1);
      const all = last?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      return all.filter(({ descriptor }) => descriptor.name === name).flatMap(({ dataPoints }) => [...dataPoints]);
    },
  };
}
