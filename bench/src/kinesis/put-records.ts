import { runClosedLoop } from "../method/closed-loop.ts";
import { compare } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { perSecond } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { openPlainAmqp } from "../sqs/plain-amqp.ts";
import { openKinesisStream, putAll, RECORDS_PER_CALL, recordsOf } from "./kinesis-stream.ts";

const SHARDS = 4;
const CALLS_IN_FLIGHT = 4;

/** PutRecords of 500 against an application that publishes each record as a message of its own and awaits the confirms. */
export function putRecords(bytes: number): Scenario {
  const figure: FigureSpec = {
    name: `put-records-${bytes}`,
    title: `PutRecords of 500 × ${bytes} B, 4 shards, records a second ÷ that of one message a record over amqplib`,
    unit: "×",
    target: { atLeast: 5 },
  };
  return {
    name: figure.name,
    figures: [figure],
    measure: async (bench) => {
      await using stream = await openKinesisStream(bench.broker.url, SHARDS);
      // Its own shards: a producer reads whatever is written to the shards that it writes to.
      await using unframed = await openKinesisStream(bench.broker.url, SHARDS);
      await using plain = await openPlainAmqp(bench.broker.url);
      const records = recordsOf(bytes);
      const content = Buffer.alloc(bytes, "x");
      let turn = 0;
      const publish = (): Promise<void> => plain.publish(unframed.queues[turn++ % SHARDS] ?? "", content);
      const durationMs = bench.effort.roundMs;
      const inFlight = CALLS_IN_FLIGHT;
      const messagesPerCall = RECORDS_PER_CALL;
      const measured = await compare(bench, {
        subject: {
          name: "warrenmq",
          round: () => runClosedLoop({ inFlight, messagesPerCall, durationMs, call: () => putAll(stream, records) }),
        },
        baseline: {
          name: "amqplib",
          round: () => runClosedLoop({ inFlight: inFlight * messagesPerCall, durationMs, call: publish }),
        },
        metric: perSecond,
      });
      return { [figure.name]: measured };
    },
  };
}
