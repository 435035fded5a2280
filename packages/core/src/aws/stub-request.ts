/** The stand-in for the HTTP request that middlewares of the later steps expect. It is never sent. */
export interface StubRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Record<string, string>;
  /** Empty, unlike AWS's: nothing is serialised. */
  readonly body: string;
}

/** Makes a request that looks enough like the SDK's `HttpRequest` to be read and given headers. */
export function stubRequest(target: string): StubRequest {
  return {
    protocol: "amqp:",
    hostname: "rabbitmq.invalid",
    method: "POST",
    path: "/",
    query: {},
    headers: { "x-amz-target": target },
    body: "",
  };
}

const TRACE_HEADER = "X-Amzn-Trace-Id";

/** The X-Ray trace header of a request, whatever the case in which a tracer wrote its name. */
export function traceHeaderOf(request: unknown): string | undefined {
  if (typeof request !== "object" || request === null || !("headers" in request)) return undefined;
  const { headers } = request;
  if (typeof headers !== "object" || headers === null) return undefined;
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === TRACE_HEADER.toLowerCase() && typeof value === "string") return value;
  }
  return undefined;
}
