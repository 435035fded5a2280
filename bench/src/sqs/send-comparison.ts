import type { SQSClient } from "@warrenmq/client-sqs";
import { runClosedLoop } from "../method/closed-loop.ts";
import type { ClosedLoop } from "../method/closed-loop.ts";
import { compare } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import type { Metric, Round } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { MESSAGE_CONTENT } from "./message-body.ts";
import { openPlainAmqp } from "./plain-amqp.ts";
import { openSqsQueue } from "./sqs-queue.ts";

/** A way of sending with WarrenMQ, against plain publishes with the same number of messages in flight. */
export interface SendComparison {
  readonly figure: FigureSpec;
  readonly metric: Metric;
  /** Messages in flight, on both sides. */
  readonly inFlight: number;
  /**
   * Messages that one call sends.
   * @default 1
   */
  readonly messagesPerCall?: number;
  readonly call: (client: SQSClient, queueUrl: string) => Promise<unknown>;
}

/** Both sides send to one and the same queue, which is emptied after each turn. */
export function sendScenario({ figure, metric, inFlight, messagesPerCall = 1, call }: SendComparison): Scenario {
  return {
    name: figure.name,
    figures: [figure],
    measure: async (bench) => {
      await using queue = await openSqsQueue(bench.broker.url);
      await using plain = await openPlainAmqp(bench.broker.url);
      const round = async (load: Omit<ClosedLoop, "durationMs">): Promise<Round> => {
        const result = await runClosedLoop({ ...load, durationMs: bench.effort.roundMs });
        await plain.purge(queue.name);
        return result;
      };
      const warrenmq = (): Promise<unknown> => call(queue.client, queue.url);
      const amqplib = (): Promise<unknown> => plain.publish(queue.name, MESSAGE_CONTENT);
      const measured = await compare(bench, {
        subject: {
          name: "warrenmq",
          round: () => round({ inFlight: inFlight / messagesPerCall, messagesPerCall, call: warrenmq }),
        },
        baseline: { name: "amqplib", round: () => round({ inFlight, call: amqplib }) },
        metric,
      });
      return { [figure.name]: measured };
    },
  };
}
