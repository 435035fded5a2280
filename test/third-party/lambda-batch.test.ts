// Middlewares for Lambda functions as they come from npm. They touch no client, only the event and the answer: a function moves from
// Lambda to a process of one's own with a loop that receives, calls it, and deletes what it did not report as failed.
// https://middy.js.org/docs/middlewares/sqs-partial-batch-failure, https://docs.aws.amazon.com/powertools/typescript/latest/features/batch/
import {
  BatchProcessor,
  EventType,
  SqsFifoPartialProcessorAsync,
  processPartialResponse,
} from "@aws-lambda-powertools/batch";
import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import { DeleteMessageCommand, SendMessageBatchCommand } from "@warrenmq/client-sqs";
import type { SendMessageBatchRequestEntry } from "@warrenmq/client-sqs";
import { until } from "@warrenmq/testing";
import { describe, expect, test } from "vitest";
import { invokeWithBatch } from "./lambda-event.ts";
import type { LambdaSqsEvent, LambdaSqsHandler, LambdaSqsRecord } from "./lambda-event.ts";
import { TestQueue } from "./test-queue.ts";

const BODIES = ["1", "refused", "3"];

async function handle({ body }: LambdaSqsRecord): Promise<void> {
  if (body === "refused") throw new Error("not today");
}

const processor = new BatchProcessor(EventType.SQS);
const HANDLERS: readonly (readonly [string, LambdaSqsHandler])[] = [
  ["@middy/sqs-partial-batch-failure", middyHandler()],
  [
    "@aws-lambda-powertools/batch",
    (event) => processPartialResponse(event, handle, processor, { throwOnFullBatchFailure: false }),
  ],
];

describe.for(HANDLERS)("%s", ([, handler]) => {
  test("deletes what succeeded; what failed comes back", async () => {
    await using queue = await TestQueue.create({ VisibilityTimeout: "1" });
    await send(queue, (body) => ({ Id: `id${body}`, MessageBody: body }));
    const handled = new Set<string>();
    while (handled.size < BODIES.length) {
      const batch: LambdaSqsRecord[] = [];
      const failures = await invokeWithBatch(queue.client, queue.queueUrl, (event) => {
        batch.push(...event.Records);
        return handler(event);
      });
      for (const { body } of batch) handled.add(body);
      const refused = batch.filter(({ body }) => body === "refused");
      expect(failures).toEqual(refused.map(({ messageId }) => ({ itemIdentifier: messageId })));
    }
    const [message] = await until(async () => nonEmpty(await queue.receive()), { what: "the message that failed" });
    expect(message?.Body).toBe("refused");
    expect(Number(message?.Attributes?.ApproximateReceiveCount)).toBeGreaterThanOrEqual(2);
    const { ReceiptHandle } = message ?? {};
    await queue.client.send(new DeleteMessageCommand({ QueueUrl: queue.queueUrl, ReceiptHandle }));
    expect(await queue.receive()).toEqual([]);
  });
});

test("the FIFO processor of Powertools stops at the first failure, and the rest comes again in order", async () => {
  await using queue = await TestQueue.create({
    FifoQueue: "true",
    ContentBasedDeduplication: "true",
    VisibilityTimeout: "2",
  });
  await send(queue, (body) => ({ Id: `id${body}`, MessageBody: body, MessageGroupId: "orders" }));
  const fifo = new SqsFifoPartialProcessorAsync();
  const options = { throwOnFullBatchFailure: false };
  let refusing = true;
  const done: string[] = [];
  const handleInOrder = async (record: LambdaSqsRecord): Promise<void> => {
    if (refusing) await handle(record);
    done.push(record.body);
  };
  while (done.length < BODIES.length) {
    const failures = await invokeWithBatch(queue.client, queue.queueUrl, (event) =>
      processPartialResponse(event, handleInOrder, fifo, options),
    );
    if (failures.length > 0) refusing = false;
  }
  expect(refusing).toBe(false);
  expect(done).toEqual(BODIES);
});

function middyHandler(): LambdaSqsHandler {
  const handler = middy<LambdaSqsEvent, PromiseSettledResult<void>[]>(({ Records }: LambdaSqsEvent) =>
    Promise.allSettled(Records.map(handle)),
  ).use(sqsPartialBatchFailure({ logger: () => undefined }));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- middy's types do not know that this middleware replaces the answer, and want Lambda's context
  return handler as unknown as LambdaSqsHandler;
}

async function send(queue: TestQueue, entry: (body: string) => SendMessageBatchRequestEntry): Promise<void> {
  const { Failed = [] } = await queue.client.send(
    new SendMessageBatchCommand({ QueueUrl: queue.queueUrl, Entries: BODIES.map(entry) }),
  );
  expect(Failed).toEqual([]);
}

function nonEmpty<Item>(items: Item[]): Item[] | undefined {
  return items.length > 0 ? items : undefined;
}
