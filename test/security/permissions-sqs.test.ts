// docs/permissions.md, SQS: each row suffices for its operations, and nothing in it can be left out.
import * as sqs from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { connect } from "amqplib";
import { expect } from "vitest";
import { testPermissions, type Clients, type Place, type Prepared } from "../support/permissions.ts";

testPermissions(
  { section: "SQS, in addition", denied: "AccessDenied" },
  {
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
        await client.send(new sqs.ListDeadLetterSourceQueuesCommand({ QueueUrl }));
      },
    },
    GetQueueUrl: {
      prepare: createQueue,
      async run({ sqs: client, queue: QueueName }) {
        await client.send(new sqs.GetQueueUrlCommand({ QueueName }));
        await client.send(new sqs.ListMessageMoveTasksCommand({ SourceArn: arnOf(QueueName) }));
      },
    },
    CreateQueue: {
      async run(place) {
        await createQueue(place, place.sqs);
        await place.sqs.send(new sqs.DeleteQueueCommand({ QueueUrl: place.queue }));
      },
    },
    PurgeQueue: {
      prepare: createQueue,
      run: async ({ sqs: client, queue: QueueUrl }) =>
        void (await client.send(new sqs.PurgeQueueCommand({ QueueUrl }))),
    },
    ReceiveMessage: {
      prepare: createFilledQueue,
      async run(place) {
        await receiveAndDelete(place);
        await deleteOfAnotherProcess(place);
      },
    },
    "dead letters of a standard queue": { prepare: createFilledQueues, run: letDie },
    "GetQueueAttributes of the message counts": {
      async prepare(place) {
        await createQueue(place);
        await receive(place.queue, place.owner.sqs, 0); // another process, to be asked
      },
      run: async ({ sqs: client, queue: QueueUrl }) =>
        void (await client.send(new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))),
    },
    "SendMessage with a delay": {
      prepare: createQueue,
      run: async ({ sqs: client, queue: QueueUrl }) =>
        void (await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: "x", DelaySeconds: 1 }))),
    },
    "messages that stay hidden for more than 15 minutes": {
      prepare: createFilledQueue,
      run: hideForLong,
      isBehindTheScenes: true,
    },
    "StartMessageMoveTask from DEAD": {
      async prepare(place) {
        await createQueues(place);
        await send({ ...place, queue: place.dead }, place.owner.sqs);
      },
      async run({ sqs: client, queue, dead, owner, patienceMs: timeoutMs }) {
        const task = { SourceArn: arnOf(dead), DestinationArn: arnOf(queue) };
        const { TaskHandle } = await client.send(new sqs.StartMessageMoveTaskCommand(task));
        const isMoved = async (): Promise<boolean> => (await readyIn(queue, owner)) === 1;
        await until(isMoved, { what: "the message to be moved", timeoutMs });
        await client.send(new sqs.CancelMessageMoveTaskCommand({ TaskHandle })).catch(hasEnded);
      },
      isBehindTheScenes: true,
    },
    "CreateQueue of a FIFO queue": { run: (place) => createQueue(place, place.sqs) },
    "SendMessage to a FIFO queue": { prepare: createQueue, run: (place) => send(place, place.sqs) },
    "ReceiveMessage of a FIFO queue": { prepare: createFilledQueue, run: receiveAndDelete },
    "dead letters of a FIFO queue": { prepare: createFilledQueues, run: letDie, isBehindTheScenes: true },
  },
);

async function createQueue({ queue, owner }: Prepared, client: sqs.SQSClient = owner.sqs): Promise<void> {
  await client.send(new sqs.CreateQueueCommand({ QueueName: queue, Attributes: kindOf(queue) }));
}

/** A queue, and where its messages go after one receive. */
async function createQueues({ queue, dead, owner }: Prepared): Promise<void> {
  await owner.sqs.send(new sqs.CreateQueueCommand({ QueueName: dead, Attributes: kindOf(dead) }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dead), maxReceiveCount: 1 });
  const Attributes = { ...kindOf(queue), RedrivePolicy };
  await owner.sqs.send(new sqs.CreateQueueCommand({ QueueName: queue, Attributes }));
}

function kindOf(queue: string): Record<string, string> {
  return queue.endsWith(".fifo") ? { FifoQueue: "true", ContentBasedDeduplication: "true" } : {};
}

async function createFilledQueue(place: Prepared): Promise<void> {
  await createQueue(place);
  await send(place, place.owner.sqs);
}

async function createFilledQueues(place: Prepared): Promise<void> {
  await createQueues(place);
  await send(place, place.owner.sqs);
}

async function send({ queue: QueueUrl }: Prepared, client: sqs.SQSClient): Promise<void> {
  const group = QueueUrl.endsWith(".fifo") ? { MessageGroupId: "g" } : {};
  await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: "x", ...group }));
}

async function receive(QueueUrl: string, client: sqs.SQSClient, WaitTimeSeconds = 5): Promise<string | undefined> {
  const { Messages } = await client.send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));
  return Messages?.[0]?.ReceiptHandle;
}

/** The process that has received the message is asked to delete it. */
async function deleteOfAnotherProcess(place: Place): Promise<void> {
  const { sqs: client, queue: QueueUrl, owner } = place;
  await send(place, owner.sqs);
  const ReceiptHandle = await receive(QueueUrl, owner.sqs);
  await client.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
}

async function receiveAndDelete({ sqs: client, queue: QueueUrl }: Place): Promise<void> {
  const ReceiptHandle = await receive(QueueUrl, client);
  const hidden = { ReceiptHandle, VisibilityTimeout: 60 };
  await client.send(new sqs.ChangeMessageVisibilityCommand({ QueueUrl, ...hidden }));
  const Changes = [{ Id: "a", ...hidden }];
  const changed = await client.send(new sqs.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: Changes }));
  expect(changed.Failed).toBeUndefined();
  await client.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const Entries = [{ Id: "a", ReceiptHandle }];
  const deleted = await client.send(new sqs.DeleteMessageBatchCommand({ QueueUrl, Entries }));
  expect(deleted.Failed).toBeUndefined();
}

/** Receives the message once more than the queue allows. */
async function letDie({ sqs: client, queue: QueueUrl, dead, owner, patienceMs }: Place): Promise<void> {
  const glance = new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0, VisibilityTimeout: 0 });
  const { Messages } = await client.send(glance);
  expect(Messages).toHaveLength(1);
  await client.send(glance);
  const letter = new sqs.ReceiveMessageCommand({ QueueUrl: dead, WaitTimeSeconds: patienceMs / 1_000 });
  const { Messages: letters } = await owner.sqs.send(letter);
  expect(letters).toHaveLength(1);
}

/** Resolves when the message has been moved to where it can stay for long: what takes 15 minutes takes half a second here. */
async function hideForLong({ queue: QueueUrl, rabbitmq, owner, patienceMs: timeoutMs }: Place): Promise<void> {
  const connection = await connect(String(owner.rabbitmq.url));
  const spy = await connection.createChannel();
  await spy.assertExchange("warrenmq.hidden", "headers", { durable: true });
  const { queue: seen } = await spy.assertQueue("", { exclusive: true });
  await spy.bindQueue(seen, "warrenmq.hidden", "", { "x-match": "all" });
  const client = new sqs.SQSClient({ rabbitmq: { url: rabbitmq.url ?? "", consumerTimeoutMs: 1_000 } });
  try {
    const hide = { QueueUrl, WaitTimeSeconds: 5, VisibilityTimeout: 3_600 };
    const { Messages } = await client.send(new sqs.ReceiveMessageCommand(hide));
    expect(Messages).toHaveLength(1);
    const isMoved = async (): Promise<boolean> => (await spy.checkQueue(seen)).messageCount === 1;
    await until(isMoved, { what: "the message to be moved", timeoutMs });
  } finally {
    client.destroy();
    await connection.close();
  }
}

async function readyIn(queue: string, { rabbitmq }: Clients): Promise<number> {
  const connection = await connect(String(rabbitmq.url));
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  await connection.close();
  return messageCount;
}

/** A task that has moved all messages cannot be cancelled. */
function hasEnded(error: unknown): void {
  expect(error).toMatchObject({ name: "ResourceNotFoundException" });
}

function arnOf(queue: string): string {
  return `arn:aws:sqs:us-east-1:000000000000:${queue}`;
}
