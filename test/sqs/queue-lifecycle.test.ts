import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  paginateListQueues,
  PurgeQueueCommand,
  QueueDeletedRecently,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@warrenmq/client-sqs";
import { uniqueName, until } from "@warrenmq/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { inBackground } from "../support/in-background.ts";
import { createTestQueue, deleteQueuesAfterAll, errorOf, queueNameOf, receiveAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

async function count(QueueUrl: string, name: "ApproximateNumberOfMessages" | "ApproximateNumberOfMessagesNotVisible") {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }));
  return Attributes?.[name];
}

describe("a queue with attributes of its own", () => {
  let url: string;
  beforeAll(async () => {
    url = await createTestQueue(sqs, { prefix: "life", attributes: { VisibilityTimeout: "7" } });
  });

  test("CreateQueue answers with a URL in AWS's shape", () => {
    expect(url).toMatch(/^https:\/\/sqs\.us-east-1\.amazonaws\.com\/000000000000\/life-[0-9a-f]{12}$/);
  });

  test("creating it again with the same, fewer or default attributes answers with the same URL", async () => {
    const QueueName = queueNameOf(url);
    for (const Attributes of [
      undefined,
      {},
      { VisibilityTimeout: "7" },
      { VisibilityTimeout: "7", DelaySeconds: "0" },
    ]) {
      expect(await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).toMatchObject({ QueueUrl: url });
    }
  });

  test("creating it again with another attribute value fails with QueueNameExists", async () => {
    const QueueName = queueNameOf(url);
    const error = await errorOf(
      sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "8" } })),
    );
    expect(error).toBeInstanceOf(QueueNameExists);
    expect(error).toMatchObject({
      name: "QueueNameExists",
      Code: "QueueAlreadyExists",
      $fault: "client",
      message: "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
    });
  });

  test("GetQueueUrl finds it, with the account that was asked for", async () => {
    const QueueName = queueNameOf(url);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(url);
    const other = await sqs.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId: "123456789012" }));
    expect(other.QueueUrl).toBe(url.replace("000000000000", "123456789012"));
  });

  test("GetQueueAttributes shows all of a queue, and only what was asked for", async () => {
    const all = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
    expect(all.Attributes).toEqual({
      VisibilityTimeout: "7",
      DelaySeconds: "0",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      ReceiveMessageWaitTimeSeconds: "0",
      SqsManagedSseEnabled: "true",
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesDelayed: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      CreatedTimestamp: expect.stringMatching(/^\d{10}$/),
      LastModifiedTimestamp: expect.stringMatching(/^\d{10}$/),
      QueueArn: `arn:aws:sqs:us-east-1:000000000000:${queueNameOf(url)}`,
    });
    const one = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["VisibilityTimeout"] }));
    expect(one.Attributes).toEqual({ VisibilityTimeout: "7" });
    const absent = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["RedrivePolicy"] }));
    expect(absent).not.toHaveProperty("Attributes");
    expect(await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url }))).not.toHaveProperty("Attributes");
  });

  test("SetQueueAttributes takes effect for other attributes and leaves the rest alone", async () => {
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { ReceiveMessageWaitTimeSeconds: "1" } }),
    );
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
    expect(Attributes).toMatchObject({ ReceiveMessageWaitTimeSeconds: "1", VisibilityTimeout: "7" });
    const startMs = performance.now();
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }))).not.toHaveProperty("Messages");
    expect(performance.now() - startMs).toBeGreaterThan(950);
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { ReceiveMessageWaitTimeSeconds: "0" } }),
    );
  });

  test("tags are added, replaced, listed and removed; none are no member at all", async () => {
    expect(await sqs.send(new ListQueueTagsCommand({ QueueUrl: url }))).not.toHaveProperty("Tags");
    await sqs.send(new TagQueueCommand({ QueueUrl: url, Tags: { team: "a", stage: "test" } }));
    await sqs.send(new TagQueueCommand({ QueueUrl: url, Tags: { team: "b" } }));
    expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl: url }))).Tags).toEqual({ team: "b", stage: "test" });
    await sqs.send(new UntagQueueCommand({ QueueUrl: url, TagKeys: ["team", "stage", "unknown"] }));
    expect(await sqs.send(new ListQueueTagsCommand({ QueueUrl: url }))).not.toHaveProperty("Tags");
  });
});

test("ListQueues filters by prefix and hands out every queue once over its pages", async () => {
  const prefix = uniqueName("list");
  const urls: (string | undefined)[] = [];
  for (const letter of ["a", "b", "c"]) {
    urls.push(await createTestQueue(sqs, { prefix: `${prefix}-${letter}` }));
  }
  const whole = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
  expect(whole.QueueUrls).toEqual(urls);
  expect(whole).not.toHaveProperty("NextToken");
  const pages: string[][] = [];
  for await (const page of paginateListQueues({ client: sqs, pageSize: 2 }, { QueueNamePrefix: prefix })) {
    pages.push(page.QueueUrls ?? []);
  }
  expect(pages.flat()).toEqual(urls);
  expect(pages[0]).toHaveLength(2);
  const none = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: uniqueName("none") }));
  expect(none).not.toHaveProperty("QueueUrls");
});

describe("DeleteQueue", () => {
  test("removes the queue, ends a waiting receive, and keeps its name taken for 60 seconds", async () => {
    const url = await createTestQueue(sqs, { prefix: "gone" });
    const first = inBackground(sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 })));
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
    expect((await first).Messages).toHaveLength(1);
    const stillWaiting = errorOf(sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 })));
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    expect(await stillWaiting).toBeInstanceOf(QueueDoesNotExist);
    const QueueName = queueNameOf(url);
    expect(await errorOf(sqs.send(new GetQueueUrlCommand({ QueueName })))).toBeInstanceOf(QueueDoesNotExist);
    expect(await errorOf(sqs.send(new DeleteQueueCommand({ QueueUrl: url })))).toBeInstanceOf(QueueDoesNotExist);
    const again = await errorOf(sqs.send(new CreateQueueCommand({ QueueName })));
    expect(again).toBeInstanceOf(QueueDeletedRecently);
    expect(again.message).toBe(
      "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    );
    expect(await errorOf(sqs.send(new GetQueueUrlCommand({ QueueName })))).toBeInstanceOf(QueueDoesNotExist);
  });

  test("keeps the name taken also when several receives were waiting", async () => {
    const url = await createTestQueue(sqs, { prefix: "gone" });
    const waiting = [1, 2, 3].map(() =>
      errorOf(sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }))),
    );
    await until(async () => (await count(url, "ApproximateNumberOfMessages")) === "0", {
      what: "the queue to be there",
    });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    for (const error of await Promise.all(waiting)) expect(error).toBeInstanceOf(QueueDoesNotExist);
    const again = await errorOf(sqs.send(new CreateQueueCommand({ QueueName: queueNameOf(url) })));
    expect(again).toBeInstanceOf(QueueDeletedRecently);
  });

  test("one client that deletes while another creates never leaves a queue behind that both deny", async () => {
    const other = testClient({ connectionName: "other process" }); // other options: a connection and a registry of its own
    for (let round = 0; round < 5; round++) {
      const url = await createTestQueue(sqs, { prefix: "race" });
      const QueueName = queueNameOf(url);
      await other.send(new GetQueueUrlCommand({ QueueName }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
      expect(await errorOf(other.send(new CreateQueueCommand({ QueueName })))).toBeInstanceOf(QueueDeletedRecently);
      expect(await errorOf(other.send(new GetQueueUrlCommand({ QueueName })))).toBeInstanceOf(QueueDoesNotExist);
    }
  });
});

describe("PurgeQueue", () => {
  test("removes what waits and what is in flight, once in 60 seconds", async () => {
    const url = await createTestQueue(sqs, { prefix: "purge" });
    const entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: `${index}` }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }));
    const inFlight = await receiveAll(sqs, 4, { QueueUrl: url, MaxNumberOfMessages: 4, VisibilityTimeout: 1 });
    expect(inFlight).toHaveLength(4);
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await count(url, "ApproximateNumberOfMessagesNotVisible")).toBe("0");
    // Longer than the visibility timeout: nothing comes back.
    expect(await receiveAll(sqs, 1, { QueueUrl: url, WaitTimeSeconds: 2 }, 2_000)).toEqual([]);
    const error = await errorOf(sqs.send(new PurgeQueueCommand({ QueueUrl: url })));
    expect(error).toMatchObject({
      name: "PurgeQueueInProgress",
      Code: "AWS.SimpleQueueService.PurgeQueueInProgress",
      $metadata: { httpStatusCode: 403 },
      message: `Only one PurgeQueue operation on ${queueNameOf(url)} is allowed every 60 seconds.`,
    });
  });

  test("removes also what a busy receive loop had been pushed and nobody has seen", async () => {
    const url = await createTestQueue(sqs, { prefix: "purge" });
    for (let batch = 0; batch < 40; batch++) {
      const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: `${batch}-${index}` }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    }
    for (let round = 0; round < 10; round++) await receiveAll(sqs, 1, { QueueUrl: url });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await receiveAll(sqs, 1, { QueueUrl: url, WaitTimeSeconds: 1 }, 1_000)).toEqual([]);
    expect(await count(url, "ApproximateNumberOfMessages")).toBe("0");
  });
});
