import type { ConfirmChannel } from "amqplib";
import { runClosedLoop } from "../method/closed-loop.ts";
import type { ClosedLoop } from "../method/closed-loop.ts";
import { compare } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { perSecond } from "../method/round.ts";
import type { Round } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { MESSAGE_CONTENT } from "../sqs/message-body.ts";
import { openPlainAmqp } from "../sqs/plain-amqp.ts";
import { openSqsQueue } from "../sqs/sqs-queue.ts";
import { openSnsTopic, type SnsTopic } from "./sns-topic.ts";

const KEY = "bench";

/** A way of publishing to a topic, against plain publishes to an exchange with as many bindings. */
export interface FanOutComparison {
  readonly figure: FigureSpec;
  /** Messages in flight, on both sides. */
  readonly inFlight: number;
  /** @default 1 */
  readonly messagesPerCall?: number;
  readonly call: (topic: SnsTopic) => Promise<unknown>;
}

/** Both sides publish into the same three queues, which are emptied after each turn. */
export function fanOutScenario({ figure, inFlight, messagesPerCall = 1, call }: FanOutComparison): Scenario {
  return {
    name: figure.name,
    figures: [figure],
    measure: async (bench) => {
      const { url } = bench.broker;
      await using first = await openSqsQueue(url);
      await using second = await openSqsQueue(url);
      await using third = await openSqsQueue(url);
      await using topic = await openSnsTopic(url);
      await using plain = await openPlainAmqp(url);
      const queues = [first.name, second.name, third.name];
      const exchange = `${topic.name}-plain`;
      await plain.channel.assertExchange(exchange, "direct", { durable: true, autoDelete: true });
      for (const queue of queues) {
        await topic.subscribe(queue);
        await plain.channel.bindQueue(queue, exchange, KEY);
      }
      const round = async (load: Omit<ClosedLoop, "durationMs">): Promise<Round> => {
        const result = await runClosedLoop({ ...load, durationMs: bench.effort.roundMs });
        for (const queue of queues) await plain.purge(queue);
        return result;
      };
      const warrenmq = (): Promise<unknown> => call(topic);
      const amqplib = (): Promise<unknown> => publish(plain.channel, exchange);
      const measured = await compare(bench, {
        subject: {
          name: "warrenmq",
          round: () => round({ inFlight: inFlight / messagesPerCall, messagesPerCall, call: warrenmq }),
        },
        baseline: { name: "amqplib", round: () => round({ inFlight, call: amqplib }) },
        metric: perSecond,
      });
      return { [figure.name]: measured };
    },
  };
}

function publish(channel: ConfirmChannel, exchange: string): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(exchange, KEY, MESSAGE_CONTENT, { persistent: true }, (error) =>
      error === null ? resolve() : reject(error),
    );
  });
}
