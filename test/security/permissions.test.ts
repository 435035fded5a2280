// docs/permissions.md, run: each row suffices for its operations, and nothing in it can be left out.
import { readFileSync } from "node:fs";
import * as sns from "@warrenmq/client-sns";
import * as sqs from "@warrenmq/client-sqs";
import { startBroker, uniqueName } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

const KINDS = ["configure", "write", "read"] as const;
type Kind = (typeof KINDS)[number];
type Permissions = Readonly<Record<Kind, readonly string[]>>;

interface Row extends Permissions {
  readonly operations: string;
}

/** What the operations of a row act on. It belongs to one user. */
interface Place {
  readonly sqs: sqs.SQSClient;
  readonly sns: sns.SNSClient;
  readonly queue: string;
  readonly topic: string;
}

const rows = readRows(readFileSync(new URL("../../docs/permissions.md", import.meta.url), "utf8"));
const nothing: Permissions = { configure: [], write: [], read: [] };

let broker: Broker;
let owner: Pick<Place, "sqs" | "sns">;
beforeAll(async () => {
  broker = await startBroker({ plugins: ["rabbitmq_management"] });
  owner = clients(broker.url);
});
afterAll(async () => {
  destroy(owner);
  await broker.stop();
});

/** How the operations of each row are run. What they act on is there, except what they create. */
const RUNS: Readonly<
  Record<string, { prepare?: (place: Place) => Promise<unknown>; run: (place: Place) => Promise<void> }>
> = {
  "every operation": {
    run: async ({ sqs: client }) => void (await client.send(new sqs.ListQueuesCommand({}))),
  },
  SendMessage: {
    prepare: createQueue,
    async run({ sqs: client, queue: QueueUrl }) {
      const Entries = [{ Id: "a", MessageBody: "a" }];
      const { Failed } = await client.send(new sqs.SendMessageBatchCommand({ QueueUrl, Entries }));
      expect(Failed).toBeUndefined();
      await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: "x" }));
      await client.send(new sqs.ListQueuesCommand({}));
      await client.send(new sqs.SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: "5" } }));
      await client.send(new sqs.TagQueueCommand({ QueueUrl, Tags: { a: "b" } }));
      await client.send(new sqs.UntagQueueCommand({ QueueUrl, TagKeys: ["a"] }));
      await client.send(new sqs.ListQueueTagsCommand({ QueueUrl }));
      const grant = { Label: "l", AWSAccountIds: ["123456789012"], Actions: ["SendMessage"] };
      await client.send(new sqs.AddPermissionCommand({ QueueUrl, ...grant }));
      await client.send(new sqs.RemovePermissionCommand({ QueueUrl, Label: "l" }));
    },
  },
  GetQueueUrl: {
    prepare: createQueue,
    run: async ({ sqs: client, queue: QueueName }) =>
      void (await client.send(new sqs.GetQueueUrlCommand({ QueueName }))),
  },
  CreateQueue: {
    async run(place) {
      await createQueue(place, place.sqs);
      await place.sqs.send(new sqs.DeleteQueueCommand({ QueueUrl: place.queue }));
    },
  },
  PurgeQueue: {
    prepare: createQueue,
    run: async ({ sqs: client, queue: QueueUrl }) => void (await client.send(new sqs.PurgeQueueCommand({ QueueUrl }))),
  },
  ReceiveMessage: { prepare: createFilledQueue, run: receiveAndDelete },
  "GetQueueAttributes of the message counts": {
    prepare: createQueue,
    run: async ({ sqs: client, queue: QueueUrl }) =>
      void (await client.send(new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))),
  },
  "SendMessage with a delay": {
    prepare: createQueue,
    run: async ({ sqs: client, queue: QueueUrl }) =>
      void (await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: "x", DelaySeconds: 1 }))),
  },
  "CreateQueue of a FIFO queue": { run: (place) => createQueue(place, place.sqs) },
  "SendMessage to a FIFO queue": { prepare: createQueue, run: (place) => sendInOrder(place, place.sqs) },
  "ReceiveMessage of a FIFO queue": { prepare: createFilledQueue, run: receiveAndDelete },
  ListTopics: {
    prepare: createTopic,
    async run({ sns: client, topic }) {
      const TopicArn = topicArn(topic);
      await client.send(new sns.ListTopicsCommand({}));
      await client.send(new sns.GetTopicAttributesCommand({ TopicArn }));
      const attribute = { AttributeName: "DisplayName", AttributeValue: "x" };
      await client.send(new sns.SetTopicAttributesCommand({ TopicArn, ...attribute }));
      await client.send(new sns.TagResourceCommand({ ResourceArn: TopicArn, Tags: [{ Key: "a", Value: "b" }] }));
    },
  },
  CreateTopic: {
    async run({ sns: client, topic }) {
      await client.send(new sns.CreateTopicCommand({ Name: topic }));
      await client.send(new sns.DeleteTopicCommand({ TopicArn: topicArn(topic) }));
    },
  },
  Publish: {
    async prepare(place) {
      await createQueue(place);
      await createTopic(place);
      await subscribe(place, owner.sns);
    },
    async run({ sns: client, topic }) {
      const TopicArn = topicArn(topic);
      // The first finds out which queues there are, and sends to each by itself.
      for (const Message of ["first", "second"]) await client.send(new sns.PublishCommand({ TopicArn, Message }));
      const PublishBatchRequestEntries = [{ Id: "a", Message: "a" }];
      const { Failed } = await client.send(new sns.PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
      expect(Failed).toEqual([]);
    },
  },
  Subscribe: {
    async prepare(place) {
      await createQueue(place);
      await createTopic(place);
    },
    async run(place) {
      const SubscriptionArn = await subscribe(place, place.sns);
      await place.sns.send(new sns.UnsubscribeCommand({ SubscriptionArn }));
    },
  },
};

describe.each(rows)("$operations", (row) => {
  const { prepare, run: callAll } = runOf(row);
  const expressions = KINDS.flatMap((kind) => row[kind].map((expression) => ({ kind, expression })));

  test("may be called with what the page says", async () => {
    await using place = await placeOf(row);
    await prepare?.(place);
    await callAll(place);
  });

  test.each(expressions)("are refused without $kind on $expression", async ({ kind, expression }) => {
    await using place = await placeOf({ ...row, [kind]: row[kind].filter((other) => other !== expression) });
    await prepare?.(place);
    const startedAt = performance.now();
    const refused: unknown = await callAll(place).catch((error: unknown) => error);
    expect(refused).toMatchObject({ $fault: "client", $metadata: { httpStatusCode: 403 } });
    expect(["AccessDenied", "AuthorizationErrorException"]).toContain(Reflect.get(Object(refused), "name"));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

test("without any permission, SQS and SNS say so in their own words", async () => {
  await using place = await placeOf(
    { operations: "", configure: [], write: [], read: [] },
    { configure: [], write: [], read: [] },
  );
  const listed = place.sqs.send(new sqs.ListQueuesCommand({}));
  await expect(listed).rejects.toMatchObject({ name: "AccessDenied", Code: "AccessDenied", $fault: "client" });
  const topics = place.sns.send(new sns.ListTopicsCommand({}));
  await expect(topics).rejects.toBeInstanceOf(sns.AuthorizationErrorException);
});

function runOf({ operations }: Row): (typeof RUNS)[string] {
  const found = RUNS[operations.split(", ")[0] ?? ""];
  if (found === undefined) throw new Error(`docs/permissions.md has a row that is not tested: ${operations}`);
  return found;
}

/** A user that has the permissions of a row and of every operation, and names of its own. */
async function placeOf(row: Row, always: Permissions = rows[0] ?? nothing): Promise<Place & AsyncDisposable> {
  const queue = uniqueName("permitted") + (row.operations.includes("FIFO") ? ".fifo" : "");
  const topic = uniqueName("permitted");
  const user = uniqueName("user");
  const base = row.operations === rows[0]?.operations ? nothing : always;
  const permissions = Object.fromEntries(
    KINDS.map((kind) => {
      const names = [...base[kind], ...row[kind]].map((name) =>
        name.replace("QUEUE", escape(queue)).replace("TOPIC", topic),
      );
      return [kind, names.length === 0 ? "^$" : `^(${names.join("|")})$`];
    }),
  );
  await put(`/api/users/${user}`, { password: "secret", tags: "" });
  await put(`/api/permissions/%2F/${user}`, permissions);
  const url = new URL(broker.url);
  url.username = user;
  url.password = "secret";
  const made = clients(url.href);
  return { ...made, queue, topic, [Symbol.asyncDispose]: async () => destroy(made) };
}

function clients(url: string): Pick<Place, "sqs" | "sns"> {
  return { sqs: new sqs.SQSClient({ rabbitmq: { url } }), sns: new sns.SNSClient({ rabbitmq: { url } }) };
}

function destroy(made: Pick<Place, "sqs" | "sns">): void {
  made.sqs.destroy();
  made.sns.destroy();
}

async function put(path: string, body: object): Promise<void> {
  const authorization = `Basic ${Buffer.from("guest:guest").toString("base64")}`;
  const headers = { authorization, "content-type": "application/json" };
  const answer = await fetch(`${broker.managementUrl}${path}`, { method: "PUT", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
}

async function createQueue({ queue: QueueName }: Place, client: sqs.SQSClient = owner.sqs): Promise<void> {
  const Attributes: Record<string, string> = QueueName.endsWith(".fifo")
    ? { FifoQueue: "true", ContentBasedDeduplication: "true" }
    : {};
  await client.send(new sqs.CreateQueueCommand({ QueueName, Attributes }));
}

async function createFilledQueue(place: Place): Promise<void> {
  await createQueue(place);
  if (place.queue.endsWith(".fifo")) return sendInOrder(place, owner.sqs);
  await owner.sqs.send(new sqs.SendMessageCommand({ QueueUrl: place.queue, MessageBody: "x" }));
}

async function sendInOrder({ queue: QueueUrl }: Place, client: sqs.SQSClient): Promise<void> {
  await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: "x", MessageGroupId: "g" }));
}

async function receiveAndDelete({ sqs: client, queue: QueueUrl }: Place): Promise<void> {
  const { Messages } = await client.send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
  await client.send(new sqs.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 }));
  await client.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
}

async function createTopic({ topic: Name }: Place): Promise<void> {
  await owner.sns.send(new sns.CreateTopicCommand({ Name }));
}

async function subscribe({ topic, queue }: Place, client: sns.SNSClient): Promise<string | undefined> {
  const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${queue}`;
  const subscription = { TopicArn: topicArn(topic), Protocol: "sqs", Endpoint };
  return (await client.send(new sns.SubscribeCommand(subscription))).SubscriptionArn;
}

function topicArn(topic: string): string {
  return `arn:aws:sns:us-east-1:000000000000:${topic}`;
}

function escape(name: string): string {
  return name.replaceAll(".", String.raw`\.`);
}

/** The rows of the page's tables. */
function readRows(page: string): Row[] {
  const lines = page.split("\n").filter((line) => line.startsWith("|") && !/^\| *(?:operations|-)/.test(line));
  return lines.map((line) => {
    const [, operations = "", ...cells] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [configure = [], write = [], read = []] = cells.map(expressionsOf);
    return { operations, configure, write, read };
  });
}

function expressionsOf(cell: string): string[] {
  const from43 = inject("brokerVersion") >= "4.3";
  return [...cell.matchAll(/`([^`]+)`( from 4\.3)?/g)]
    .filter(([, , since]) => since === undefined || from43)
    .map(([, expression = ""]) => expression.replaceAll(String.raw`\|`, "|"));
}
