// @opentelemetry/instrumentation-aws-sdk as it comes from npm, in an application of its own, on our client:
// https://github.com/open-telemetry/opentelemetry-js-contrib/tree/main/packages/instrumentation-aws-sdk
import { fileURLToPath } from "node:url";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { uniqueName } from "@warrenmq/testing";
import { runNode } from "./run-node.ts";
import { TestQueue } from "./test-queue.ts";

const fixture = fileURLToPath(new URL("./fixtures/opentelemetry.cjs", import.meta.url));

test("OpenTelemetry's instrumentation names spans as on AWS, and its context goes through the message", async () => {
  await using queue = await TestQueue.create();
  const name = queue.queueUrl.split("/").at(-1);
  const run = await runNode([fixture, queue.queueUrl]);
  expect(run.exitCode, run.stderr).toBe(0);
  const { spans, attributes } = JSON.parse(run.stdout);
  const aws = { "rpc.system": "aws-api", "rpc.service": "SQS", "cloud.region": "eu-central-1" };
  // Its spans and no second ones of ours.
  expect(spans).toMatchObject([
    {
      scope: "@opentelemetry/instrumentation-aws-sdk",
      name: `${name} send`,
      kind: SpanKind.PRODUCER,
      attributes: { ...aws, "rpc.method": "SendMessage", "http.status_code": 200 },
    },
    {
      name: `${name} receive`,
      kind: SpanKind.CONSUMER,
      attributes: { ...aws, "rpc.method": "ReceiveMessage" },
    },
    { name: `${name}-gone send`, status: SpanStatusCode.ERROR },
  ]);
  const [sent, received] = spans;
  expect(attributes.traceparent.StringValue).toContain(sent.spanId);
  expect(received.links).toEqual([sent.spanId]);
});

test("OpenTelemetry's instrumentation sees SNS and Kinesis as on AWS, and there are no second spans", async () => {
  const name = uniqueName("traced");
  const file = fileURLToPath(new URL("./fixtures/opentelemetry-sns-kinesis.cjs", import.meta.url));
  const run = await runNode([file, name]);
  expect(run.exitCode, run.stderr).toBe(0);
  const spans: { scope: string; attributes: Record<string, unknown> }[] = JSON.parse(run.stdout);
  expect(new Set(spans.map(({ scope }) => scope))).toEqual(new Set(["@opentelemetry/instrumentation-aws-sdk"]));
  const methods = ["CreateTopic", "Publish", "DeleteTopic", "CreateStream", "PutRecord", "DeleteStream"];
  expect(spans.map(({ attributes }) => attributes["rpc.method"])).toEqual(methods);
  expect(spans[1]).toMatchObject({
    name: `${name} send`,
    kind: SpanKind.PRODUCER,
    attributes: { "rpc.system": "aws-api", "rpc.service": "SNS" },
  });
  expect(spans[4]).toMatchObject({
    kind: SpanKind.CLIENT,
    attributes: { "rpc.service": "Kinesis", "aws.kinesis.stream.name": name, "http.status_code": 200 },
  });
});
