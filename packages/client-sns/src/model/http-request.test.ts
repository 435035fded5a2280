import { expect, it } from "vitest";
import { traceHeaders } from "./http-request.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

function headersOf(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return traceHeaders({ content: Buffer.from("x"), properties: { headers } });
}

it("the trace of a message goes along with its request; what else it carries does not", () => {
  expect(headersOf({ traceparent, tracestate: "a=b", baggage: "user=17" })).toEqual({ traceparent, tracestate: "a=b" });
  expect(headersOf({ baggage: "user=17" })).toEqual({});
});

it("what is no header of HTTP is left out, so that a message cannot stop its delivery", () => {
  expect(headersOf({ traceparent: `${traceparent}\r\nhost: evil`, tracestate: "a=b" })).toEqual({});
  expect(headersOf({ traceparent, tracestate: "a=b\n" })).toEqual({ traceparent });
  expect(headersOf({ traceparent, tracestate: "ä" })).toEqual({ traceparent });
});
