import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attached, operation, recording, send } from "../aws/attached-client.test.support.ts";
import { OperationError } from "../aws/operation-error.ts";
import type { CallEvent } from "./call-channel.ts";
import { isObserved } from "./observe-call.ts";

const refusing = attached({
  SendMessage: operation(async () => {
    throw new OperationError("QueueDoesNotExist", "gone");
  }),
});

it("nobody watches by default", () => {
  expect(isObserved()).toBe(false);
});

describe("with a tracer provider", () => {
  const exporter = new InMemorySpanExporter();

  beforeEach(() => {
    exporter.reset();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  });

  afterEach(() => trace.disable());

  it("a call of a service without conventions for messages is a span of AWS's API", async () => {
    await recording().client.send(send());
    expect(exporter.getFinishedSpans()).toMatchObject([
      {
        name: "SQS/SendMessage",
        kind: SpanKind.CLIENT,
        attributes: { "rpc.system": "aws-api", "rpc.service": "SQS", "rpc.method": "SendMessage" },
        status: { code: SpanStatusCode.UNSET },
      },
    ]);
  });

  it("a failed call says why", async () => {
    await expect(refusing.send(send())).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    expect(exporter.getFinishedSpans()).toMatchObject([
      {
        attributes: { "error.type": "QueueDoesNotExist" },
        status: { code: SpanStatusCode.ERROR, message: "gone" },
        events: [{ name: "exception" }],
      },
    ]);
  });

  it("a call that is aborted ends its span", async () => {
    const controller = new AbortController();
    controller.abort();
    const { client } = recording();
    await expect(client.send(send(), { abortSignal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(exporter.getFinishedSpans()).toMatchObject([{ attributes: { "error.type": "AbortError" } }]);
  });
});

describe("the tracing channel warrenmq.call", () => {
  const events: [string, CallEvent][] = [];
  const listeners = (["start", "end", "asyncStart", "asyncEnd", "error"] as const).map((name) => ({
    channel: `tracing:warrenmq.call:${name}`,
    listen: (event: unknown): void => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the documented shape
      events.push([name, event as CallEvent]);
    },
  }));

  beforeEach(() => {
    events.length = 0;
    for (const { channel, listen } of listeners) subscribe(channel, listen);
  });

  afterEach(() => {
    for (const { channel, listen } of listeners) unsubscribe(channel, listen);
  });

  it("tells of a call and its answer", async () => {
    const output = await recording().client.send(send());
    expect(events.map(([name]) => name)).toEqual(["start", "end", "asyncStart", "asyncEnd"]);
    expect(events[3]?.[1]).toMatchObject({
      service: "SQS",
      operation: "SendMessage",
      requestId: output.$metadata.requestId,
      input: { QueueUrl: "q", MessageBody: "hello" },
      result: { output: { MessageId: "m-1" } },
    });
  });

  it("tells of a call and its error", async () => {
    await expect(refusing.send(send())).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    expect(events.map(([name]) => name)).toEqual(["start", "end", "error", "asyncStart", "asyncEnd"]);
    expect(events[2]?.[1].error).toMatchObject({ name: "QueueDoesNotExist" });
  });
});

function ignore(): void {}

it("a subscriber of the channel may come and go", () => {
  const channel = tracingChannel("warrenmq.call");
  channel.start.subscribe(ignore);
  expect(isObserved()).toBe(true);
  channel.start.unsubscribe(ignore);
  expect(isObserved()).toBe(false);
});
