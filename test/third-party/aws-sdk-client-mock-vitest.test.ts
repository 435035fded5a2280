// aws-sdk-client-mock-vitest as it comes from npm, on our client and without any broker: https://github.com/stschulte/aws-sdk-client-mock-vitest
// oxlint-disable-next-line import/no-unassigned-import -- it adds its matchers to expect
import "aws-sdk-client-mock-vitest/extend";
import { SendMessageCommand, SQSClient, ReceiveMessageCommand } from "@warrenmq/client-sqs";
import { PublishCommand, SNSClient } from "@warrenmq/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, test } from "vitest";

const QUEUE = { QueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders" };

describe("its matchers", () => {
  const sqs = mockClient(SQSClient);
  const sns = mockClient(SNSClient);
  afterEach(() => {
    sqs.reset();
    sns.reset();
  });

  test("see what our clients were called with", async () => {
    const client = new SQSClient({});
    await client.send(new SendMessageCommand({ ...QUEUE, MessageBody: "one" }));
    await client.send(new SendMessageCommand({ ...QUEUE, MessageBody: "two" }));
    await new SNSClient({}).send(new PublishCommand({ TopicArn: "arn", Message: "three" }));

    expect(sqs).toHaveReceivedCommandTimes(SendMessageCommand, 2);
    expect(sqs).toHaveReceivedNthCommandWith(SendMessageCommand, 2, { MessageBody: "two" });
    expect(sns).toHaveReceivedCommandWith(PublishCommand, { Message: "three" });
    expect(sqs).not.toHaveReceivedCommand(ReceiveMessageCommand);
  });

  test("fail when it was something else", async () => {
    await new SQSClient({}).send(new SendMessageCommand({ ...QUEUE, MessageBody: "one" }));
    expect(() => {
      expect(sqs).toHaveReceivedCommandWith(SendMessageCommand, { MessageBody: "two" });
    }).toThrow(/SendMessageCommand/);
  });
});
