import { compare } from "../../method/compare.ts";
import type { FigureSpec } from "../../method/figure.ts";
import { perSecond, rates } from "../../method/round.ts";
import type { Round } from "../../method/round.ts";
import type { Scenario } from "../../method/scenario.ts";
import { startClock } from "../../method/stopwatch.ts";
import { npmRead, openNpmClient } from "../../streams/npm-client.ts";
import { withoutNpmClient } from "../../streams/stream-broker.ts";
import { readAll } from "../get-records.ts";
import { putAll, RECORDS_PER_CALL, recordsOf } from "../kinesis-stream.ts";
import { openStreamShards } from "./stream-shards.ts";

const SHARDS = 4;
/** For each record of the effort's backlog there are so many: a round must not be over before it is measured. */
const RECORDS_FACTOR = 8;

/** GetRecords on every shard from the oldest record on, against the npm client's consumers of streams that hold a message for each record. */
export function streamGetRecords(bytes: number): Scenario {
  const figure: FigureSpec = {
    name: `stream-get-records-${bytes}`,
    title: `GetRecords of a backlog of ${bytes} B records over the stream protocol, 4 shards, rate ÷ that of rabbitmq-stream-js-client's consumers`,
    unit: "×",
    target: { atLeast: 3 },
  };
  return {
    name: figure.name,
    figures: [figure],
    measure: async (bench) => {
      await using on = await openStreamShards();
      const { brokerVersion } = on;
      const unmeasurable = withoutNpmClient(brokerVersion);
      if (unmeasurable !== undefined) return { [figure.name]: unmeasurable };
      const framed = await on.open(SHARDS);
      const { queues } = await on.open(SHARDS);
      const calls = Math.ceil(bench.effort.backlog / RECORDS_PER_CALL) * RECORDS_FACTOR;
      const backlog = calls * RECORDS_PER_CALL;
      const records = recordsOf(bytes);
      for (let call = 0; call < calls; call++) await putAll(framed, records);
      const batch = Array.from({ length: RECORDS_PER_CALL }, () => ({ body: Buffer.alloc(bytes, "x") }));
      await Promise.all(
        queues.map(async (queue) => {
          const publisher = await on.streams.publisher(queue);
          for (let call = 0; call < calls / SHARDS; call++) await publisher.publish(batch);
          await publisher.close();
        }),
      );
      const timed = async (work: () => Promise<unknown>): Promise<Round> => {
        const elapsed = startClock();
        await work();
        return rates(backlog, elapsed());
      };
      const readNpm = async (): Promise<Round> => {
        // A client of its own for each round: one that has read does not stop at once when it is told to.
        const client = await openNpmClient(on.port);
        const round = await timed(() =>
          Promise.all(queues.map((queue) => npmRead(client, queue, Math.ceil(calls / SHARDS) * RECORDS_PER_CALL))),
        );
        void client.close().catch(() => undefined); // it fails now and then, long after the clock has stopped
        return round;
      };
      const measured = await compare(bench, {
        subject: { name: "warrenmq", round: () => timed(() => readAll(framed, backlog)) },
        baseline: { name: "npm", round: readNpm },
        metric: perSecond,
      });
      return { [figure.name]: { ...measured, brokerVersion } };
    },
  };
}
