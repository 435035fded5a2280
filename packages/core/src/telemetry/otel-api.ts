/**
 * The part of OpenTelemetry's API 1.x that is used here, and how it is found: where `@opentelemetry/api` keeps what an
 * application registered. Nothing is imported, so nothing must be installed, bundlers have nothing to resolve, and it does
 * not matter how many copies of the package there are. See docs/decisions/085-opentelemetry.md.
 */

/** A value of a span or metric. */
export type OtelAttributes = Record<string, string | number | boolean>;

/** An immutable map by symbols; holds the current span. */
export interface OtelContext {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): OtelContext;
  deleteValue(key: symbol): OtelContext;
}

/** Identifies a span, also one of another process. */
export interface OtelSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** One span. */
export interface OtelSpan {
  spanContext(): OtelSpanContext;
  setAttributes(attributes: OtelAttributes): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  recordException(exception: Error): void;
  /** Since version 1.9 of the API. */
  addLinks?(links: { readonly context: OtelSpanContext }[]): unknown;
  end(): void;
}

/** Starts spans. */
export interface OtelTracer {
  startSpan(
    name: string,
    options?: { readonly kind?: number; readonly attributes?: OtelAttributes },
    context?: OtelContext,
  ): OtelSpan;
}

/** Makes instruments. */
export interface OtelMeter {
  createHistogram(
    name: string,
    options?: {
      readonly unit?: string;
      readonly description?: string;
      readonly advice?: { readonly explicitBucketBoundaries?: number[] };
    },
  ): { record(value: number, attributes?: OtelAttributes): void };
  createCounter(
    name: string,
    options?: { readonly unit?: string; readonly description?: string },
  ): { add(value: number, attributes?: OtelAttributes): void };
}

/** What an application registered. */
export interface OtelApi {
  readonly trace?: { getTracer(name: string): OtelTracer };
  readonly metrics?: { getMeter(name: string): OtelMeter };
  readonly context?: { active(): OtelContext };
  readonly propagation?: {
    inject(
      context: OtelContext,
      carrier: unknown,
      setter: { set(carrier: unknown, key: string, value: string): void },
    ): void;
    extract(
      context: OtelContext,
      carrier: unknown,
      getter: {
        keys(carrier: unknown): string[];
        get(carrier: unknown, key: string): string | undefined;
      },
    ): OtelContext;
  };
}

const API = Symbol.for("opentelemetry.js.api.1");
const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");

/** The name of the instrumentation scope of everything that is recorded here. */
export const SCOPE = "@warrenmq/core";

/** What the application registered with OpenTelemetry; `undefined` while that is nothing. */
export function otelApi(): OtelApi | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the symbol is the API's: what stands under it, the package put there
  const api = (globalThis as { [API]?: OtelApi })[API];
  if (api === undefined) return undefined;
  return (api.trace ?? api.metrics ?? api.propagation) ? api : undefined;
}

/** The context that the caller is in. */
export function activeContext(api: OtelApi): OtelContext {
  return api.context?.active() ?? EMPTY_CONTEXT;
}

/** The span in a context. */
export function spanOf(context: OtelContext): OtelSpan | undefined {
  const span = context.getValue(SPAN);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key is the API's, which keeps spans under it
  return span === undefined ? undefined : (span as OtelSpan);
}

/** A context in which `span` is the current one. */
export function withSpan(context: OtelContext, span: OtelSpan): OtelContext {
  return context.setValue(SPAN, span);
}

class MapContext implements OtelContext {
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(values: ReadonlyMap<symbol, unknown>) {
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.get(key);
  }

  setValue(key: symbol, value: unknown): OtelContext {
    return new MapContext(new Map(this.#values).set(key, value));
  }

  deleteValue(key: symbol): OtelContext {
    const values = new Map(this.#values);
    values.delete(key);
    return new MapContext(values);
  }
}

/** For applications without a context manager, and as the beginning of what is read from a message. */
export const EMPTY_CONTEXT: OtelContext = new MapContext(new Map());
