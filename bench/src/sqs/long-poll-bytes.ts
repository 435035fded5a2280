import { setTimeout as sleep } from "node:timers/promises";
import { ReceiveMessageCommand } from "@warrenmq/client-sqs";
import { startProxy, until } from "@warrenmq/testing";
import type { Proxy } from "@warrenmq/testing";
import type { FigureSpec } from "../method/figure.ts";
import type { Bench, Scenario } from "../method/scenario.ts";
import { MESSAGE_CONTENT } from "./message-body.ts";
import { openPlainAmqp } from "./plain-amqp.ts";
import { openSqsQueue } from "./sqs-queue.ts";

/** Longer than the measurement, so that no heartbeat falls into it: what is left is what the poll costs. */
const HEARTBEAT_SECONDS = 60;
const SETTLE_MS = 1_000;

const figure: FigureSpec = {
  name: "long-poll-bytes",
  title: "Bytes between client and broker while an empty long poll waits, heartbeats aside",
  unit: "B/s",
  target: { atMost: 0 },
};

/** Watches the connection of a waiting long poll through a proxy, then ends the poll with a message. */
export const longPollBytes: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using proxy = await startProxy({ target: bench.broker.url });
    await using queue = await openSqsQueue(proxy.url, { heartbeatSeconds: HEARTBEAT_SECONDS });
    await using plain = await openPlainAmqp(bench.broker.url);
    const receive = new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 20 });
    const receiving = queue.client.send(receive);
    const hasConsumer = async (): Promise<boolean> => (await plain.consumers(queue.name)) > 0;
    await Promise.race([receiving, until(hasConsumer, { what: "the poll to wait at the broker" })]);
    await sleep(SETTLE_MS);
    const bytesPerSecond = await watch(proxy, bench);
    await plain.publish(queue.name, MESSAGE_CONTENT);
    const { Messages: received = [] } = await receiving;
    if (received.length !== 1) throw new Error("the poll that was watched did not receive the message that ended it");
    return { [figure.name]: { value: bytesPerSecond } };
  },
};

async function watch(proxy: Proxy, { effort, progress, signal }: Bench): Promise<number> {
  const bytes = (): number => proxy.bytesToBroker + proxy.bytesToClient;
  const seconds = Math.round(effort.idleMs / 1000);
  progress.expect(seconds);
  const before = bytes();
  for (let second = 0; second < seconds; second++) {
    await sleep(1000, undefined, { signal });
    progress.advance();
  }
  return (bytes() - before) / seconds;
}
