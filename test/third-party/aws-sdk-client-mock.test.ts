// aws-sdk-client-mock as it comes from npm, on our client and without any broker: https://github.com/m-radzikowski/aws-sdk-client-mock
import * as aws from "@aws-sdk/client-sqs";
import { QueueDoesNotExist, ReceiveMessageCommand, SendMessageCommand, SQS, SQSClient } from "@warrenmq/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, test } from "vitest";

// Nothing listens there: a call that reaches the broker fails.
const NOWHERE = { rabbitmq: { url: "amqp://127.0.0.1:1" } };
const QUEUE = { QueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders" };
const MESSAGE = { ...QUEUE, MessageBody: "hello" };

describe("aws-sdk-client-mock", () => {
  const stubs: { restore(): unknown }[] = [];
  afterEach(() => {
    for (const stub of stubs.splice(0)) stub.restore();
  });

  test("mockClient(SQSClient) answers for every instance", async () => {
    const mock = mockClient(SQSClient);
    stubs.push(mock);
    mock.on(SendMessageCommand).resolves({ MessageId: "mocked" });
    mock.on(ReceiveMessageCommand, QUEUE).resolves({ Messages: [{ Body: "one" }] });

    const client = new SQSClient(NOWHERE);
    expect(await client.send(new SendMessageCommand(MESSAGE))).toEqual({ MessageId: "mocked" });
    expect(await client.send(new ReceiveMessageCommand(QUEUE))).toEqual({ Messages: [{ Body: "one" }] });
    expect(mock.commandCalls(SendMessageCommand, MESSAGE)).toHaveLength(1);
  });

  test("mockClient(instance) answers for that instance", async () => {
    const client = new SQSClient(NOWHERE);
    const mock = mockClient(client);
    stubs.push(mock);
    mock
      .on(SendMessageCommand)
      .callsFake((input, getClient) => ({ MessageId: input.MessageBody, client: getClient() }));
    expect(await client.send(new SendMessageCommand(MESSAGE))).toMatchObject({ MessageId: "hello", client });
  });

  test("mocked errors keep their class", async () => {
    const mock = mockClient(SQSClient);
    stubs.push(mock);
    mock.on(SendMessageCommand).rejects(new QueueDoesNotExist({ message: "gone", $metadata: {} }));
    const sending = new SQSClient(NOWHERE).send(new SendMessageCommand(MESSAGE));
    await expect(sending).rejects.toBeInstanceOf(aws.QueueDoesNotExist);
  });

  test("the aggregated SQS goes through the mock too", async () => {
    const mock = mockClient(SQSClient);
    stubs.push(mock);
    mock.on(SendMessageCommand).resolves({ MessageId: "mocked" });
    expect(await new SQS(NOWHERE).sendMessage(MESSAGE)).toEqual({ MessageId: "mocked" });
  });

  test("commands of AWS's own package match, and so does a mock of AWS's own class", async () => {
    const mock = mockClient(aws.SQSClient);
    stubs.push(mock);
    mock.on(SendMessageCommand).resolves({ MessageId: "mocked" });
    expect(await new SQSClient(NOWHERE).send(new aws.SendMessageCommand(MESSAGE))).toEqual({ MessageId: "mocked" });
  });

  test("after restore() calls go to the broker again", async () => {
    mockClient(SQSClient).restore();
    const client = new SQSClient(NOWHERE);
    stubs.push({ restore: () => client.destroy() });
    const aborting = AbortSignal.timeout(500);
    await expect(client.send(new SendMessageCommand(MESSAGE), { abortSignal: aborting })).rejects.toThrow();
  });
});
