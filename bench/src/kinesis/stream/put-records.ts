import { runClosedLoop } from "../../method/closed-loop.ts";
import { compare } from "../../method/compare.ts";
import type { Side } from "../../method/compare.ts";
import { perSecond } from "../../method/round.ts";
import type { Scenario } from "../../method/scenario.ts";
import { npmPublisher, openNpmClient } from "../../streams/npm-client.ts";
import { openRawPublisher, type RawPublisher } from "../../streams/raw-publisher.ts";
import { withoutNpmClient } from "../../streams/stream-broker.ts";
import { putAll, RECORDS_PER_CALL, recordsOf } from "../kinesis-stream.ts";
import { openStreamShards } from "./stream-shards.ts";

const SHARDS = 4;
const CALLS_IN_FLIGHT = 10;

/**
 * PutRecords of 500 over the stream protocol, answered with sequence numbers, against frames that were encoded beforehand on
 * raw sockets and against the npm client, which write as many messages to as many streams and only await the confirms.
 */
export function streamPutRecords(bytes: number): Scenario {
  const title = `PutRecords of 500 × ${bytes} B over the stream protocol, 4 shards, ${CALLS_IN_FLIGHT} calls in flight, records a second`;
  const raw = {
    name: `stream-put-records-${bytes}-raw`,
    title: `${title} ÷ that of pre-encoded frames on raw sockets`,
    unit: "×",
    target: { atLeast: 0.6 },
  };
  const npm = {
    name: `stream-put-records-${bytes}-npm`,
    title: `${title} ÷ that of rabbitmq-stream-js-client`,
    unit: "×",
    target: { atLeast: 2.5 },
  };
  return {
    name: `stream-put-records-${bytes}`,
    figures: [raw, npm],
    measure: async (bench) => {
      await using on = await openStreamShards();
      const stream = await on.open(SHARDS);
      // Their own shards: a producer reads whatever is written to the shards that it writes to.
      const { queues } = await on.open(SHARDS);
      const records = recordsOf(bytes);
      const bodies = Array.from({ length: RECORDS_PER_CALL / SHARDS }, () => Buffer.alloc(bytes, "x"));
      await using raws = await openRawPublishers(on.port, queues, bodies);
      const side = (name: string, call: () => Promise<unknown>): Side => ({
        name,
        round: () =>
          runClosedLoop({
            inFlight: CALLS_IN_FLIGHT,
            durationMs: bench.effort.roundMs,
            messagesPerCall: RECORDS_PER_CALL,
            call,
          }),
      });
      const subject = side("warrenmq", () => putAll(stream, records));
      const baseline = side("raw", () => raws.publish());
      const { brokerVersion } = on;
      const toRaw = { ...(await compare(bench, { subject, baseline, metric: perSecond })), brokerVersion };
      const unmeasurable = withoutNpmClient(brokerVersion);
      if (unmeasurable !== undefined) return { [raw.name]: toRaw, [npm.name]: unmeasurable };
      const client = await openNpmClient(on.port);
      const publishNpm = await Promise.all(queues.map((queue) => npmPublisher(client, queue, bodies)));
      const npmSide = side("npm", () => Promise.all(publishNpm.map((publish) => publish())));
      const toNpm = await compare(bench, { subject, baseline: npmSide, metric: perSecond });
      void client.close().catch(() => undefined); // it fails now and then, long after the clock has stopped
      return { [raw.name]: toRaw, [npm.name]: { ...toNpm, brokerVersion } };
    },
  };
}

/** One for each stream, as one: a call publishes to all. */
async function openRawPublishers(
  port: number,
  streams: readonly string[],
  bodies: readonly Buffer[],
): Promise<RawPublisher> {
  const all = await Promise.all(streams.map((stream) => openRawPublisher(port, stream, bodies)));
  return {
    publish: async () => {
      await Promise.all(all.map((publisher) => publisher.publish()));
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map((publisher) => publisher[Symbol.asyncDispose]()));
    },
  };
}
