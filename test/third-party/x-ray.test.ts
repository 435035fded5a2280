// aws-xray-sdk-core as it comes from npm, on our client: https://github.com/aws/aws-xray-sdk-node
import { SendMessageCommand } from "@warrenmq/client-sqs";
import xray from "aws-xray-sdk-core";
import { describe, expect, test } from "vitest";
import { TestQueue } from "./test-queue.ts";

describe("captureAWSv3Client", () => {
  test("the trace header of a traced send reaches the receiver as AWSTraceHeader", async () => {
    await using queue = await TestQueue.create();
    xray.enableManualMode();
    const segment = new xray.Segment("shop");
    const traced = xray.captureAWSv3Client(queue.client, segment);
    await traced.send(new SendMessageCommand({ QueueUrl: queue.queueUrl, MessageBody: "traced" }));

    const subsegment = segment.subsegments?.[0];
    expect(subsegment).toMatchObject({ name: "SQS", namespace: "aws", aws: { operation: "SendMessage" } });
    const [message] = await queue.receive();
    expect(message?.Attributes?.AWSTraceHeader).toBe(`Root=${segment.trace_id};Parent=${subsegment?.id};Sampled=1`);
  });

  test("a failed call is recorded with its error", async () => {
    await using queue = await TestQueue.create();
    xray.enableManualMode();
    const segment = new xray.Segment("shop");
    const traced = xray.captureAWSv3Client(queue.client, segment);
    const sending = traced.send(new SendMessageCommand({ QueueUrl: `${queue.queueUrl}-gone`, MessageBody: "traced" }));
    await expect(sending).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    expect(segment.subsegments?.[0]).toMatchObject({
      http: { response: { status: 400 } },
      cause: { exceptions: [{ type: "QueueDoesNotExist" }] },
    });
  });
});
