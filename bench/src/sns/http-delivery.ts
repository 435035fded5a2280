import {
  GetTopicAttributesCommand,
  PublishBatchCommand,
  startHttpDelivery,
  SubscribeCommand,
} from "@warrenmq/client-sns";
import { until } from "@warrenmq/testing";
import type { FigureSpec } from "../method/figure.ts";
import { median, spread } from "../method/statistics.ts";
import type { Bench, Scenario } from "../method/scenario.ts";
import { MESSAGE_BODY } from "../sqs/message-body.ts";
import { WorkerProcess } from "../worker-process.ts";
import { openSnsTopic, type SnsTopic } from "./sns-topic.ts";
import type { HttpEndpointReady } from "./workers/http-endpoint.ts";

const MESSAGES = 3_000;
const ENTRIES = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), Message: MESSAGE_BODY }));

const figure: FigureSpec = {
  name: "http-delivery",
  title: "Signed notifications that one delivery worker posts to a local server",
  unit: "requests/s",
  target: { atLeast: 1_500 },
};

/** Each round publishes a backlog while no worker runs, and measures how long one takes to deliver it. */
export const httpDelivery: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    const { broker, effort, progress } = bench;
    const rounds = Math.max(3, Math.ceil(effort.rounds / 4));
    progress.expect(rounds);
    await using server = new WorkerProcess<HttpEndpointReady>(new URL("workers/http-endpoint.js", import.meta.url), {});
    const { endpoint } = await server.next();
    await using topic = await openSnsTopic(broker.url);
    await subscribe(bench, topic, endpoint);
    const perSecond: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bench.signal.throwIfAborted();
      await publishBacklog(topic);
      perSecond.push(await deliverBacklog(bench));
      progress.advance();
    }
    return { [figure.name]: { value: median(perSecond), spread: spread(perSecond) } };
  },
};

async function subscribe(bench: Bench, { client, arn }: SnsTopic, endpoint: string): Promise<void> {
  const worker = await startHttpDelivery({ rabbitmq: { url: bench.broker.url }, allowPrivateAddresses: true });
  await client.send(new SubscribeCommand({ TopicArn: arn, Protocol: "http", Endpoint: endpoint }));
  const confirmed = async (): Promise<boolean> => {
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: arn }));
    return Attributes?.["SubscriptionsConfirmed"] === "1";
  };
  await until(confirmed, { what: "the endpoint to confirm" });
  await worker.close();
}

async function publishBacklog({ client, arn }: SnsTopic): Promise<void> {
  for (let sent = 0; sent < MESSAGES; sent += ENTRIES.length * 10) {
    const command = (): PublishBatchCommand =>
      new PublishBatchCommand({ TopicArn: arn, PublishBatchRequestEntries: [...ENTRIES] });
    await Promise.all(Array.from({ length: 10 }, () => client.send(command())));
  }
}

async function deliverBacklog({ broker }: Bench): Promise<number> {
  let delivered = 0;
  let firstMs = Number.NaN;
  const worker = await startHttpDelivery({
    rabbitmq: { url: broker.url },
    allowPrivateAddresses: true,
    onDelivery: ({ outcome }) => {
      if (outcome !== "delivered") throw new Error(`a delivery was ${outcome}`);
      if (delivered++ === 0) firstMs = performance.now();
    },
  });
  await until(() => delivered >= MESSAGES, { what: "the backlog to be delivered", timeoutMs: 60_000, intervalMs: 5 });
  const seconds = (performance.now() - firstMs) / 1_000;
  await worker.close();
  return (MESSAGES - 1) / seconds;
}
