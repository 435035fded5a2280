import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildArn,
  parseArn,
  parseStreamResource,
  parseSubscriptionResource,
  streamResource,
  subscriptionResource,
} from "./arn.ts";

const region = fc.constantFrom("us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1");
const accountId = fc.stringMatching(/^\d{12}$/u);
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/u);

describe("an ARN", () => {
  it.each([
    ["arn:aws:sqs:eu-central-1:123456789012:orders", "sqs", "orders"],
    ["arn:aws:sns:eu-central-1:123456789012:events:0a1b", "sns", "events:0a1b"],
    ["arn:aws:kinesis:eu-central-1:123456789012:stream/clicks", "kinesis", "stream/clicks"],
  ])("%s is read", (text, service, resource) => {
    expect(parseArn(text)).toEqual({
      partition: "aws",
      service,
      region: "eu-central-1",
      accountId: "123456789012",
      resource,
    });
  });

  it.each([
    "",
    "orders",
    "arn:aws:sqs",
    "arn:aws:sqs:us-east-1:123456789012:",
    "arn:aws:sqs::123456789012:orders",
    "arn:aws:sqs:us-east-1:me:orders",
    "arn:aws:s3:us-east-1:123456789012:bucket",
    "urn:aws:sqs:us-east-1:123456789012:orders",
    `arn:aws:sqs:us-east-1:123456789012:${"x".repeat(3000)}`,
  ])("%s is refused", (text) => {
    expect(parseArn(text)).toBeUndefined();
  });

  it("is read back as it was built", () => {
    const parts = fc.record({ service: fc.constantFrom("sqs", "sns", "kinesis"), region, accountId, resource: name });
    fc.assert(
      fc.property(parts, (arn) => {
        expect(parseArn(buildArn(arn))).toMatchObject(arn);
      }),
    );
  });

  it("names the partition of its region", () => {
    const queue = { service: "sqs", accountId: "1", resource: "q" } as const;
    expect(buildArn({ ...queue, region: "cn-north-1" })).toBe("arn:aws-cn:sqs:cn-north-1:1:q");
    expect(buildArn({ ...queue, region: "us-gov-west-1" })).toBe("arn:aws-us-gov:sqs:us-gov-west-1:1:q");
  });

  it("of a subscription names its topic", () => {
    const subscription = fc.record({ topicName: name, subscriptionId: fc.uuid() });
    fc.assert(
      fc.property(subscription, (parts) => {
        expect(parseSubscriptionResource(subscriptionResource(parts))).toEqual(parts);
      }),
    );
    expect(parseSubscriptionResource("events")).toBeUndefined();
    expect(parseSubscriptionResource("a:b:c")).toBeUndefined();
  });

  it("of a stream names the stream, and that of a consumer does not", () => {
    fc.assert(
      fc.property(name, (stream) => {
        expect(parseStreamResource(streamResource(stream))).toBe(stream);
      }),
    );
    expect(parseStreamResource("stream/clicks/consumer/c:1")).toBeUndefined();
    expect(parseStreamResource("clicks")).toBeUndefined();
  });
});
