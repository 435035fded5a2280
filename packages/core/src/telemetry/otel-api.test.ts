import { context, metrics, propagation, trace } from "@opentelemetry/api";
import type { ContextManager, MeterProvider, Span, TextMapPropagator, TracerProvider } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { MeterProvider as SdkMeterProvider } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { activeContext, otelApi, spanOf, withSpan, EMPTY_CONTEXT } from "./otel-api.ts";
import type { OtelApi, OtelSpan } from "./otel-api.ts";
import { extracted, injected } from "./propagation.ts";

afterEach(() => {
  for (const api of [trace, metrics, context, propagation]) api.disable();
});

describe("what is read of OpenTelemetry's API", () => {
  it("is where @opentelemetry/api keeps what was registered", () => {
    expect(otelApi()?.trace).toBeUndefined();
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    metrics.setGlobalMeterProvider(new SdkMeterProvider());
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const { trace: tracing, metrics: metering, context: contexts, propagation: propagator } = otelApi() ?? {};
    for (const part of [tracing, metering, contexts, propagator]) expect(part).toBeDefined();
  });

  it("has the API's types", () => {
    expectTypeOf<TracerProvider>().toExtend<NonNullable<OtelApi["trace"]>>();
    expectTypeOf<Pick<MeterProvider, "getMeter">>().toExtend<NonNullable<OtelApi["metrics"]>>();
    expectTypeOf<Pick<ContextManager, "active">>().toExtend<NonNullable<OtelApi["context"]>>();
    expectTypeOf<Pick<TextMapPropagator, "inject" | "extract">>().toExtend<NonNullable<OtelApi["propagation"]>>();
    expectTypeOf<Span>().toExtend<OtelSpan>();
  });

  it("keeps the span in a context where the API keeps it", () => {
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const span = new BasicTracerProvider().getTracer("test").startSpan("parent");
    context.with(trace.setSpan(context.active(), span), () => {
      const api = otelApi();
      expect(api && spanOf(activeContext(api))).toBe(span);
    });
    expect(trace.getSpan(withSpan(EMPTY_CONTEXT, span))).toBe(span);
  });

  it("injects and extracts without a context manager", () => {
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const api = otelApi() ?? {};
    const span = new BasicTracerProvider().getTracer("test").startSpan("sender");
    const headers = injected(api, withSpan(EMPTY_CONTEXT, span));
    expect(headers).toEqual({ traceparent: expect.stringContaining(span.spanContext().traceId) });
    expect(extracted(api, headers ?? {})).toMatchObject({
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
    });
    expect(extracted(api, { traceparent: "nonsense" })).toBeUndefined();
  });
});
