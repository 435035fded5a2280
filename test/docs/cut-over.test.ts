// docs/migrating.md, step 6: a queue is cut over under load, and goes back. Another broker stands in AWS's place, reached by the same API.
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@warrenmq/client-sqs";
import type { SQSClient } from "@warrenmq/client-sqs";
import { startBroker, until } from "@warrenmq/testing";
import { afterAll, expect, test } from "vitest";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";

const inAwsPlace = await startBroker({ own: true });
afterAll(() => inAwsPlace[Symbol.asyncDispose]());
const aws = testClient({ url: inAwsPlace.url });
const rabbitmq = testClient();
deleteQueuesAfterAll();

/** The queue on one of the sides. */
interface Side {
  readonly sqs: SQSClient;
  readonly QueueUrl: string;
}

/** Numbers what it sends, one after the other, to the side that it is switched to. */
class Producer {
  readonly sent: string[] = [];
  #side: Side;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(side: Side) {
    this.#side = side;
    this.#done = this.#run();
  }

  switchTo(side: Side): void {
    this.#side = side;
  }

  async sendsAnother(count: number): Promise<void> {
    const enough = this.sent.length + count;
    await until(() => this.sent.length >= enough, { what: `${count} more messages`, timeoutMs: 20_000 });
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const { sqs, QueueUrl } = this.#side;
      const MessageBody = String(this.sent.length);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      this.sent.push(MessageBody);
    }
  }
}

class Consumer {
  readonly #side: Side;
  readonly #handled: (body: string) => void;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;

  constructor(side: Side, handled: (body: string) => void) {
    this.#side = side;
    this.#handled = handled;
    this.#done = this.#run();
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#done;
  }

  async #run(): Promise<void> {
    const { sqs, QueueUrl } = this.#side;
    const poll = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 });
    const { signal: abortSignal } = this.#stopping;
    while (!abortSignal.aborted) {
      const { Messages = [] } = await sqs.send(poll, { abortSignal }).catch(unlessAborted);
      for (const { Body = "", ReceiptHandle } of Messages) {
        this.#handled(Body);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }
}

function unlessAborted(error: unknown): { Messages?: undefined } {
  if (error instanceof Error && error.name === "AbortError") return {};
  throw error;
}

async function isEmpty({ sqs, QueueUrl }: Side): Promise<boolean> {
  const counts = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
  ] as const;
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counts] });
  const { Attributes = {} } = await sqs.send(asked);
  return counts.every((name) => Attributes[name] === "0");
}

/** The counts are 0, and stay there. */
async function drained(side: Side): Promise<void> {
  let inARow = 0;
  const stayed = async (): Promise<boolean> => {
    inARow = (await isEmpty(side)) ? inARow + 1 : 0;
    return inARow === 5;
  };
  await until(stayed, { what: "a drained queue", timeoutMs: 30_000 });
}

test("a queue that is cut over and goes back, under load, loses nothing and is handled by both sides", async () => {
  const old: Side = { sqs: aws, QueueUrl: await createTestQueue(aws) };
  const next: Side = { sqs: rabbitmq, QueueUrl: await createTestQueue(rabbitmq) };
  const handledBy = new Map<Side, Set<string>>([old, next].map((side) => [side, new Set()]));
  const consume = (side: Side): Consumer => new Consumer(side, (body) => handledBy.get(side)?.add(body));

  const producer = new Producer(old);
  const onAws = consume(old);
  await producer.sendsAnother(200);

  const onRabbitmq = consume(next);
  producer.switchTo(next);
  await producer.sendsAnother(200);
  await drained(old);
  await onAws.stop();
  await producer.sendsAnother(100);

  const backOnAws = consume(old);
  producer.switchTo(old);
  await producer.sendsAnother(200);
  await drained(next);
  await onRabbitmq.stop();
  await producer.sendsAnother(100);
  await producer.stop();
  await drained(old);
  await backOnAws.stop();

  const handled = new Set([...handledBy.values()].flatMap((bodies) => [...bodies]));
  expect(producer.sent.filter((body) => !handled.has(body))).toEqual([]);
  expect(handledBy.get(next)?.size).toBeGreaterThan(250);
  expect(handledBy.get(old)?.size).toBeGreaterThan(350);
}, 120_000);
