import { setTimeout as sleep } from "node:timers/promises";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@warrenmq/client-sqs";
import type { ConsumeMessage } from "amqplib";
import { compare } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { LatencyRecorder } from "../method/latency.ts";
import { p50Ms, rates } from "../method/round.ts";
import type { Round } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { startClock } from "../method/stopwatch.ts";
import { MESSAGE_CONTENT } from "./message-body.ts";
import { openPlainAmqp } from "./plain-amqp.ts";
import type { PlainAmqp } from "./plain-amqp.ts";
import { openSqsQueue } from "./sqs-queue.ts";
import type { SqsQueue } from "./sqs-queue.ts";

/** How long a receiver has waited when its message is sent: long enough for a new poll to be in place. */
const WAIT_MS = 20;

const figure: FigureSpec = {
  name: "long-poll-wake",
  title: "From send to receive for the message that ends a long poll, p50 ÷ that of a plain consumer",
  unit: "×",
  target: { atMost: 1.3 },
};

/** Waits for one message, and settles it after the clock was stopped. */
interface Receiver {
  readonly queue: string;
  /** Resolves when a message has arrived, to what deletes it. */
  receive(): Promise<() => Promise<void>>;
}

/** One message at a time, sent by plain amqplib to a receiver that waits. Each side has a queue of its own, of the same kind. */
export const longPollWake: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using polled = await openSqsQueue(bench.broker.url);
    await using consumed = await openSqsQueue(bench.broker.url);
    await using sender = await openPlainAmqp(bench.broker.url);
    await using consumer = await openPlainAmqp(bench.broker.url);
    const longPoll = longPollReceiver(polled);
    const plain = await plainReceiver(consumer, consumed.name);
    const round = (receiver: Receiver): Promise<Round> => wake(sender, receiver, bench.effort.roundMs);
    const measured = await compare(bench, {
      subject: { name: "warrenmq", round: () => round(longPoll) },
      baseline: { name: "amqplib", round: () => round(plain) },
      metric: p50Ms,
    });
    return { [figure.name]: measured };
  },
};

async function wake(sender: PlainAmqp, receiver: Receiver, durationMs: number): Promise<Round> {
  const latency = new LatencyRecorder();
  const elapsed = startClock();
  const endMs = performance.now() + durationMs;
  let messages = 0;
  while (performance.now() < endMs) {
    const receiving = receiver.receive();
    await sleep(WAIT_MS);
    const sentMs = performance.now();
    const confirmed = sender.publish(receiver.queue, MESSAGE_CONTENT);
    const settle = await receiving;
    latency.record(performance.now() - sentMs);
    messages += 1;
    await Promise.all([confirmed, settle()]);
  }
  return { ...rates(messages, elapsed()), latency: latency.summary() };
}

function longPollReceiver({ client, name, url: QueueUrl }: SqsQueue): Receiver {
  return {
    queue: name,
    receive: async () => {
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 });
      const { Messages: [message] = [] } = await client.send(receive);
      const ReceiptHandle = message?.ReceiptHandle;
      return async () => void (await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })));
    },
  };
}

async function plainReceiver(consumer: PlainAmqp, queue: string): Promise<Receiver> {
  const channel = await consumer.openChannel();
  await channel.prefetch(10);
  const waiting: ((message: ConsumeMessage) => void)[] = [];
  await channel.consume(queue, (message) => message !== null && waiting.shift()?.(message));
  return {
    queue,
    receive: async () => {
      const message = await new Promise<ConsumeMessage>((resolve) => waiting.push(resolve));
      return () => Promise.resolve(channel.ack(message));
    },
  };
}
