import { DeleteTopicCommand, PublishCommand, SNSClient, startHttpDelivery } from "@warrenmq/client-sns";
import { startProxy, uniqueName, until } from "@warrenmq/testing";
import { afterAll, inject, test } from "vitest";
import { startHttpEndpoint } from "../support/http-endpoint.ts";
import { onlyHttpWorkersHere } from "../support/http-workers.ts";
import { inBackground } from "../support/in-background.ts";
import { startReceivers } from "../support/load.ts";
import { createTestTopic, publishTo, subscribeEndpoint, subscribeQueue, testSnsClient } from "../support/sns.ts";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();
await onlyHttpWorkersHere();
const sqs = testClient();
deleteQueuesAfterAll();
const sns = testSnsClient();

const RAW = { RawMessageDelivery: "true" };

test("a connection that is cut while messages are published to a topic loses no confirmed copy in any queue", async () => {
  const proxy = await startProxy({ target: inject("brokerUrl") });
  afterAll(() => proxy.stop());
  const cutOff = new SNSClient({ rabbitmq: { url: proxy.url, heartbeatSeconds: 1, timeoutMs: 5_000 } });
  const topic = await createTestTopic(sns);
  const queues = [await createTestQueue(sqs), await createTestQueue(sqs), await createTestQueue(sqs)];
  for (const queue of queues) await subscribeQueue(sns, topic, queue, RAW);
  const confirmed = new Set<string>();
  const state = { stopped: false };
  let next = 0;
  const publisher = async (): Promise<void> => {
    while (!state.stopped) {
      const Message = `message ${next++}`;
      await cutOff.send(new PublishCommand({ TopicArn: topic, Message }));
      confirmed.add(Message);
    }
  };
  const publishers = inBackground(Promise.all(Array.from({ length: 16 }, publisher)));
  for (let cut = 1; cut <= 10; cut++) {
    const before = confirmed.size;
    proxy.cutAfter({ toBroker: 2_000 * cut });
    await until(() => proxy.cuts === cut, { what: `cut ${cut}` });
    await until(() => confirmed.size > before, { what: `publishes after cut ${cut}` });
  }
  state.stopped = true;
  await publishers;
  for (const queue of queues) {
    const receivers = startReceivers(sqs, queue, 2);
    const missing = (): string[] => [...confirmed].filter((body) => !receivers.log.received.has(body));
    await until(() => missing().length === 0, { what: "every confirmed message", timeoutMs: 20_000 });
    await receivers.stop();
  }
  cutOff.destroy();
});

test("a delivery worker whose connection is cut delivers everything in the end", async () => {
  const proxy = await startProxy({ target: inject("brokerUrl") });
  afterAll(() => proxy.stop());
  const worker = await startHttpDelivery({
    rabbitmq: { url: proxy.url, heartbeatSeconds: 1, timeoutMs: 5_000, connectionName: uniqueName("worker") },
    allowPrivateAddresses: true,
    concurrencyPerEndpoint: 4,
  });
  const endpoint = await startHttpEndpoint();
  const topic = await createTestTopic(sns);
  await subscribeEndpoint(sns, topic, endpoint);
  const seen = (): Set<unknown> =>
    new Set(endpoint.notifications().map(({ body }) => Object(JSON.parse(body)).Message));
  for (let cut = 1; cut <= 5; cut++) {
    const before = seen().size;
    await Promise.all(Array.from({ length: 20 }, (_, index) => publishTo(sns, topic, { Message: `${cut}-${index}` })));
    await until(() => seen().size > before, { what: "a delivery" });
    proxy.cut();
  }
  await until(() => seen().size === 100, { what: "all deliveries", timeoutMs: 20_000 });
  await worker.close();
  await sns.send(new DeleteTopicCommand({ TopicArn: topic }));
});
