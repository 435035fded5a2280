import { once } from "node:events";
import { compare } from "../method/compare.ts";
import type { Side } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { perSecond, rates } from "../method/round.ts";
import type { Bench, Scenario } from "../method/scenario.ts";
import { startClock } from "../method/stopwatch.ts";
import { npmRead, openNpmClient } from "./npm-client.ts";
import { withoutNpmClient } from "./stream-broker.ts";
import { BATCH, batchOf, openStreamBench } from "./stream-bench.ts";
import type { StreamBench } from "./stream-bench.ts";

/** For each message of the effort's backlog a stream has so many bytes: a round must not be over before it is measured. */
const BYTES_PER_MESSAGE = 4_000;

/** Both sides read the same stream from its first message to its last, and look at the length of each body. */
export function consumeScenario(bytes: number): Scenario {
  const figure: FigureSpec = {
    name: `consume-${bytes}-npm`,
    title: `messages/s of ${bytes} B read from a stream, ÷ that of rabbitmq-stream-js-client`,
    unit: "×",
    target: { atLeast: 3 },
  };
  return {
    name: `consume-${bytes}`,
    figures: [figure],
    measure: async (bench) => {
      await using on = await openStreamBench();
      const { brokerVersion } = on;
      const unmeasurable = withoutNpmClient(brokerVersion);
      if (unmeasurable !== undefined) return { [figure.name]: unmeasurable };
      const messages = await fill(on, bytes, bench);
      const side = (name: string, read: () => Promise<void>): Side => ({
        name,
        round: async () => {
          const elapsed = startClock();
          await read();
          return rates(messages, elapsed());
        },
      });
      const measured = await compare(bench, {
        subject: side("warrenmq", () => readAll(on, messages)),
        baseline: side("npm", async () => {
          // A client of its own for each round: one that has read does not stop at once when it is told to.
          const client = await openNpmClient(on.port);
          await npmRead(client, on.stream, messages);
          void client.close().catch(() => undefined); // it fails now and then, long after the clock has stopped
        }),
        metric: perSecond,
      });
      return { [figure.name]: { ...measured, brokerVersion } };
    },
  };
}

async function fill({ client, stream }: StreamBench, bytes: number, { effort }: Bench): Promise<number> {
  const publisher = await client.publisher(stream);
  const batch = batchOf(bytes);
  const batches = Math.ceil((effort.backlog * BYTES_PER_MESSAGE) / bytes / BATCH);
  await Promise.all(Array.from({ length: batches }, () => publisher.publish(batch)));
  await publisher.close();
  return batches * BATCH;
}

async function readAll({ client, stream }: StreamBench, messages: number): Promise<void> {
  let read = 0;
  const done = new AbortController();
  const consumer = await client.consumer(stream, {
    offset: { type: "first" },
    onChunk: (chunk) => {
      for (const { body } of chunk.messages) if (body.length > 0) read++;
      if (read === messages) done.abort();
    },
  });
  if (!done.signal.aborted) await once(done.signal, "abort");
  await consumer.close();
}
