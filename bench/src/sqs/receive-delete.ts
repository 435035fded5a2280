import { until } from "@warrenmq/testing";
import type { Channel, ConsumeMessage } from "amqplib";
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@warrenmq/client-sqs";
import { compare } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { perSecond, rates } from "../method/round.ts";
import type { Round } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { startClock } from "../method/stopwatch.ts";
import type { Duration } from "../method/stopwatch.ts";
import { fillQueue } from "./fill-queue.ts";
import { openPlainAmqp } from "./plain-amqp.ts";
import { openSqsQueue } from "./sqs-queue.ts";
import type { SqsQueue } from "./sqs-queue.ts";

const POLLERS = 4;
const PREFETCH = 200;
const CONSUMER_TAG = "bench";

const figure: FigureSpec = {
  name: "receive-delete",
  title: "ReceiveMessage of 10 and DeleteMessageBatch, 4 pollers, rate ÷ that of consume (prefetch 200) and ack",
  unit: "×",
  target: { atLeast: 0.7 },
};

/** Both sides empty a queue that was filled before the clock started. */
export const receiveDelete: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using queue = await openSqsQueue(bench.broker.url);
    await using plain = await openPlainAmqp(bench.broker.url);
    // Kept open between the rounds: RabbitMQ 3.10 forgets acknowledgements that it has just received when a channel closes.
    const channel = await plain.openChannel();
    await channel.prefetch(PREFETCH);
    const { backlog } = bench.effort;
    const round = async (empty: () => Promise<Duration>): Promise<Round> => {
      await fillQueue(queue, backlog);
      const duration = await empty();
      const left = await plain.purge(queue.name);
      if (left > 0) throw new Error(`${left} of ${backlog} messages were still in the queue after the round`);
      await until(async () => (await plain.consumers(queue.name)) === 0, {
        what: "WarrenMQ's consumers to be cancelled",
      });
      return rates(backlog, duration);
    };
    const measured = await compare(bench, {
      subject: { name: "warrenmq", round: () => round(() => poll(queue, backlog)) },
      baseline: { name: "amqplib", round: () => round(() => consume(channel, queue.name, backlog)) },
      metric: perSecond,
    });
    return { [figure.name]: measured };
  },
};

/** How long it takes until the last message is deleted. The clock does not wait for pollers whose last poll is empty then. */
async function poll({ client, url }: SqsQueue, messages: number): Promise<Duration> {
  const elapsed = startClock();
  let duration = elapsed();
  let deleted = 0;
  const poller = async (): Promise<void> => {
    while (deleted < messages) {
      const receive = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
      const { Messages: received = [] } = await client.send(receive);
      if (received.length === 0) continue;
      const Entries = received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
      if (Failed !== undefined) throw new Error(`DeleteMessageBatch: ${Failed[0]?.Message}`);
      deleted += received.length;
      if (deleted === messages) duration = elapsed();
    }
  };
  await Promise.all(Array.from({ length: POLLERS }, poller));
  if (deleted !== messages) throw new Error(`${deleted} messages were received where ${messages} had been sent`);
  return duration;
}

/** How long it takes until the last message is acknowledged. */
async function consume(channel: Channel, queue: string, messages: number): Promise<Duration> {
  const elapsed = startClock();
  let acked = 0;
  await new Promise<void>((resolve, reject) => {
    const onMessage = (message: ConsumeMessage | null): void => {
      if (message === null) return reject(new Error("the broker cancelled the consumer"));
      channel.ack(message);
      if (++acked === messages) resolve();
    };
    channel.consume(queue, onMessage, { consumerTag: CONSUMER_TAG }).catch(reject);
  });
  const duration = elapsed();
  await channel.cancel(CONSUMER_TAG);
  return duration;
}
