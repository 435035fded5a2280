import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import type { CallEvent, ConnectionEvent } from "@warrenmq/client-sqs";
import { PublishCommand, SNSClient } from "@warrenmq/client-sns";
import { startProxy, until, uniqueName } from "@warrenmq/testing";
import { afterAll, describe, expect, inject, test } from "vitest";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

/** Collects what is published on a channel until the end of the file. */
function collect<Event>(channel: string): Event[] {
  const events: Event[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the documented shape of the channel's events
  const listen = (event: unknown): void => void events.push({ ...(event as Event) });
  subscribe(channel, listen);
  afterAll(() => void unsubscribe(channel, listen));
  return events;
}

test("the channel warrenmq.connection tells of connections that open, are lost and closed", async () => {
  const events = collect<ConnectionEvent>("warrenmq.connection");
  await using proxy = await startProxy({ target: inject("brokerUrl") });
  const connectionName = uniqueName("watched");
  const client = new SQSClient({ rabbitmq: { url: proxy.url, connectionName } });
  const QueueUrl = await createTestQueue(sqs);
  const statuses = (): string[] =>
    events.filter((event) => event.connectionName === connectionName && event.role === "publish").map((e) => e.status);

  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  expect(statuses()).toEqual(["connecting", "open"]);
  proxy.cut();
  await until(() => statuses().at(-1) === "idle", { what: "the connection to be lost" });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  client.destroy();
  await until(() => statuses().at(-1) === "closed", { what: "the connection to be closed" });
  expect(statuses()).toEqual(["connecting", "open", "idle", "connecting", "open", "closed"]);
  expect(JSON.stringify(events)).not.toContain("guest");
});

describe("the tracing channel warrenmq.call", () => {
  test("tells of every call of every client", async () => {
    const events = collect<CallEvent>("tracing:warrenmq.call:asyncEnd");
    const QueueUrl = await createTestQueue(sqs);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "seen" }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    expect(events.map(({ operation }) => operation)).toEqual(["CreateQueue", "SendMessage", "ReceiveMessage"]);
    expect(events[2]).toMatchObject({ service: "SQS", result: { output: { Messages: [{ Body: "seen" }] } } });

    const sns = new SNSClient({ rabbitmq: { url: inject("brokerUrl") } });
    const TopicArn = "arn:aws:sns:us-east-1:000000000000:nowhere";
    await expect(sns.send(new PublishCommand({ TopicArn, Message: "x" }))).rejects.toThrow("Topic does not exist");
    sns.destroy();
    expect(events[3]).toMatchObject({ service: "SNS", operation: "Publish", error: { name: "NotFoundException" } });
  });
});
