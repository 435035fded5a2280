// Applications and libraries bring several copies of the SDK: their command objects must work on our client.
import * as current from "@aws-sdk/client-sqs";
import type { SQSClient } from "@warrenmq/client-sqs";
import * as older from "@aws-sdk/client-sqs-3.899";
import * as oldest from "@aws-sdk/client-sqs-3.600";
import { describe, expect, test } from "vitest";
import { TestQueue } from "./test-queue.ts";

/** What this test needs of a copy. */
interface Copy {
  readonly SendMessageCommand: CommandClass<{ MessageBody: string; MessageAttributes: typeof ATTRIBUTES }>;
  readonly ReceiveMessageCommand: CommandClass<{ WaitTimeSeconds: number; MessageAttributeNames: string[] }>;
  readonly DeleteMessageCommand: CommandClass<{ ReceiptHandle: string }>;
  readonly GetQueueAttributesCommand: CommandClass<{ AttributeNames: ["ApproximateNumberOfMessagesNotVisible"] }>;
}

type CommandClass<Input> = new (input: Input & { QueueUrl: string }) => object;

const ATTRIBUTES = { customer: { DataType: "String", StringValue: "anna" } };

const COPIES: readonly (readonly [string, Copy])[] = [
  ["AWS's package at our version", current],
  ["AWS's package at 3.899.0", older],
  ["AWS's package at 3.600.0", oldest],
];

describe.for(COPIES)("commands made by %s", ([, copy]) => {
  test("send, receive and delete a message", async () => {
    await using queue = await TestQueue.create();
    const QueueUrl = queue.queueUrl;
    const sent = await send<current.SendMessageResult>(
      queue.client,
      new copy.SendMessageCommand({
        QueueUrl,
        MessageBody: "hello",
        MessageAttributes: ATTRIBUTES,
      }),
    );
    const received = await send<current.ReceiveMessageResult>(
      queue.client,
      new copy.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ["All"] }),
    );
    expect(received.Messages).toMatchObject([
      {
        MessageId: sent.MessageId,
        Body: "hello",
        MessageAttributes: ATTRIBUTES,
      },
    ]);
    const ReceiptHandle = received.Messages?.[0]?.ReceiptHandle ?? "";
    await send(queue.client, new copy.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const { Attributes } = await send<current.GetQueueAttributesResult>(
      queue.client,
      new copy.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessagesNotVisible"] }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessagesNotVisible: "0" });
  });

  test("fail with AWS's error classes", async () => {
    await using queue = await TestQueue.create();
    const command = new copy.SendMessageCommand({
      QueueUrl: `${queue.queueUrl}-gone`,
      MessageBody: "hello",
      MessageAttributes: ATTRIBUTES,
    });
    await expect(send(queue.client, command)).rejects.toMatchObject({
      name: "QueueDoesNotExist",
      $fault: "client",
      $metadata: { httpStatusCode: 400 },
    });
  });
});

/** Sends a command of any copy of the SDK. */
async function send<Output>(client: SQSClient, command: object): Promise<Output> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of two copies of the SDK do not agree, their objects do
  const untyped = client as unknown as { send(command: object): Promise<Output> };
  return untyped.send(command);
}
