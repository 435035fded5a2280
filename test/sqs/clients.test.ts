import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQS,
  SQSClient,
} from "@warrenmq/client-sqs";
import { uniqueName, until } from "@warrenmq/testing";
import { connect } from "amqplib";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { createTestQueue, deleteQueuesAfterAll, errorOf, queueNameOf, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

let QueueUrl: string;
beforeAll(async () => {
  QueueUrl = await createTestQueue(sqs, { prefix: "clients" });
});

async function receiveOne(client: SQSClient, VisibilityTimeout = 30) {
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, VisibilityTimeout }),
  );
  const [message] = Messages ?? [];
  if (message === undefined) throw new Error("no message");
  return message;
}

describe("clients of one process", () => {
  test("delete and change what another one received", async () => {
    const other = new SQSClient({ rabbitmq: { url: inject("brokerUrl") } });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const { ReceiptHandle } = await receiveOne(sqs);
    await other.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    const again = await receiveOne(other);
    other.destroy();
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again.ReceiptHandle }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: "0", ApproximateNumberOfMessagesNotVisible: "0" });
  });

  test("share two connections to the broker, whatever their regions", async () => {
    const connectionName = uniqueName("shared");
    const clients = ["us-east-1", "eu-central-1", "us-east-1"].map(
      (region) => new SQSClient({ region, rabbitmq: { url: inject("brokerUrl"), connectionName } }),
    );
    const QueueName = queueNameOf(QueueUrl);
    const urls = await Promise.all(
      clients.map(async (client) => (await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl),
    );
    expect(urls[1]).toContain("sqs.eu-central-1.amazonaws.com");
    const brokers: unknown = Reflect.get(globalThis, Symbol.for("@warrenmq/core/brokers/v1"));
    if (!(brokers instanceof Map)) throw new Error("no brokers");
    expect([...brokers.keys()].filter((key: string) => key.includes(connectionName))).toHaveLength(1);
    for (const client of clients) client.destroy();
    expect([...brokers.keys()].filter((key: string) => key.includes(connectionName))).toHaveLength(0);
  });
});

describe("destroy", () => {
  test("of one client leaves the calls of another alone", async () => {
    const other = new SQSClient({ rabbitmq: { url: inject("brokerUrl") } });
    await other.send(new GetQueueUrlCommand({ QueueName: queueNameOf(QueueUrl) }));
    const polling = inBackground(receiveOne(sqs));
    other.destroy();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const { ReceiptHandle } = await polling;
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  });

  test("of the last client rejects its long poll, gives back what it held, and a later call connects anew", async () => {
    const own = new SQSClient({ rabbitmq: { url: inject("brokerUrl"), connectionName: "own" } });
    await own.send(new SendMessageCommand({ QueueUrl, MessageBody: "held" }));
    await receiveOne(own);
    const polling = errorOf(own.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })));
    await sqs.send(new GetQueueUrlCommand({ QueueName: queueNameOf(QueueUrl) }));
    own.destroy();
    expect(await polling).toMatchObject({ name: "ServiceUnavailable", message: "The client was destroyed." });
    const { Body, ReceiptHandle } = await receiveOne(sqs);
    expect(Body).toBe("held");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await own.send(new SendMessageCommand({ QueueUrl, MessageBody: "again" }));
    own.destroy();
    own.destroy();
    const again = await receiveOne(sqs);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again.ReceiptHandle }));
  });

  test("right after a delete does not undo it", async () => {
    const own = new SQSClient({ rabbitmq: { url: inject("brokerUrl"), connectionName: "own" } });
    await own.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const { ReceiptHandle } = await receiveOne(own);
    await own.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    own.destroy();
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))).not.toHaveProperty("Messages");
  });
});

test("the aggregated SQS and callbacks work", async () => {
  const aggregated = new SQS({ rabbitmq: { url: inject("brokerUrl") } });
  const { MessageId } = await aggregated.sendMessage({ QueueUrl, MessageBody: "x" });
  const received = await new Promise<string | undefined>((resolve, reject) => {
    aggregated.receiveMessage({ QueueUrl, WaitTimeSeconds: 5 }, (error: unknown, output) => {
      if (error) reject(new Error("failed", { cause: error }));
      else resolve(output?.Messages?.[0]?.MessageId);
    });
  });
  expect(received).toBe(MessageId);
  const error = await new Promise((resolve) => {
    aggregated.send(new GetQueueUrlCommand({ QueueName: "no-such-queue" }), (failure: unknown) => resolve(failure));
  });
  expect(error).toMatchObject({ name: "QueueDoesNotExist" });
  await aggregated.purgeQueue({ QueueUrl });
  aggregated.destroy();
});

test.each([
  ["https://sqs.eu-central-1.amazonaws.com/123456789012/NAME", "AWS"],
  ["https://queue.amazonaws.com/123456789012/NAME", "AWS, legacy"],
  ["https://sqs.cn-north-1.amazonaws.com.cn/123456789012/NAME", "AWS in China"],
  ["http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/NAME", "LocalStack, standard"],
  ["http://localhost:4566/queue/us-east-1/000000000000/NAME", "LocalStack, path"],
  ["http://localhost:4566/000000000000/NAME", "LocalStack, off"],
  ["http://localhost:9324/queue/NAME", "ElasticMQ"],
  ["http://localhost:9324/000000000000/NAME", "ElasticMQ with account"],
  ["NAME", "a bare name"],
])("a queue URL like %s (%s) names the queue", async (shape) => {
  const url = shape.replace("NAME", queueNameOf(QueueUrl));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }));
  expect(Attributes?.QueueArn).toMatch(new RegExp(`:${queueNameOf(QueueUrl)}$`));
});

/** Runs a script in a process of its own; rejects when it has not ended by itself after 8 seconds. */
async function run(script: string): Promise<string> {
  const prelude = `
    import { SQSClient, SendMessageCommand, ReceiveMessageCommand, DeleteMessageCommand } from "@warrenmq/client-sqs";
    const QueueUrl = ${JSON.stringify(QueueUrl)};
    const sqs = new SQSClient({});`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--no-warnings", "--input-type=module", "--eval", prelude + script],
    { cwd: import.meta.dirname, env: { ...process.env, RABBITMQ_URL: inject("brokerUrl") }, timeout: 8_000 },
  );
  return stdout.trim();
}

describe("a script", () => {
  const native = connect(inject("brokerUrl"));
  afterAll(async () => (await native).close());

  async function readyCount(): Promise<number> {
    const channel = await (await native).createChannel();
    const { messageCount } = await channel.checkQueue(queueNameOf(QueueUrl));
    await channel.close();
    return messageCount;
  }

  test("that sends a message and never calls destroy() ends by itself", async () => {
    const before = await readyCount();
    expect(
      await run(`console.log((await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))).MessageId);`),
    ).toMatch(/^[0-9a-f-]{36}$/);
    expect(await readyCount()).toBe(before + 1);
  });

  test("that waits in a long poll stays alive until it ends", async () => {
    const script = `
      await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }));
      const startMs = performance.now();
      await sqs.send(new ReceiveMessageCommand({ QueueUrl: "${queueNameOf(QueueUrl)}", WaitTimeSeconds: 1 }));
      console.log("received");`;
    expect(await run(script)).toBe("received");
  });

  test("that receives and deletes, and ends by itself, has deleted", async () => {
    await emptied();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    await run(`
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));`);
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))).not.toHaveProperty("Messages");
  });

  test("that calls process.exit() right after a delete has deleted", async () => {
    await emptied();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    await run(`
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
      process.exit(0);`);
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))).not.toHaveProperty("Messages");
  });

  test("that dies with a message in its hands gives it back at once", async () => {
    await emptied();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    await run(`
      await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, VisibilityTimeout: 600 }));
      process.exit(0);`);
    const { Body, ReceiptHandle } = await receiveOne(sqs);
    expect(Body).toBe("x");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  });

  async function emptied(): Promise<void> {
    await until(
      async () => {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        for (const { ReceiptHandle } of Messages) {
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
        return Messages.length === 0 && (await readyCount()) === 0;
      },
      { what: "the queue to be empty" },
    );
  }
});
