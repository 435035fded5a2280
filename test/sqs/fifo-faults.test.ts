import { DeleteMessageCommand } from "@warrenmq/client-sqs";
import type { Message, SQSClient } from "@warrenmq/client-sqs";
import { leaseBroker } from "@warrenmq/core/internal";
import { startProxy, until } from "@warrenmq/testing";
import { expect, inject, test } from "vitest";
import { createFifoQueue, deleteFifoQueuesAfterAll, poll, sendTo } from "../support/fifo.ts";
import { inBackground } from "../support/in-background.ts";
import { queueNameOf, testClient } from "../support/sqs.ts";

const direct = testClient();
deleteFifoQueuesAfterAll();

const GROUPS = 3;
const MESSAGES = 90;
const CUTS = 4;

/** Does `work` until it succeeds: the connection is cut under it. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ServiceUnavailable") throw error;
    }
  }
}

/** Whether the message is deleted now; it is not when its handle has expired with the connection. */
async function deletes(client: SQSClient, QueueUrl: string, { ReceiptHandle }: Message): Promise<boolean> {
  try {
    await insist(() => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })));
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes("expired")) return false;
    throw error;
  }
}

test("cut connections lose nothing, duplicate nothing that was deleted, and keep the order of groups", async () => {
  await using proxy = await startProxy({ target: inject("brokerUrl") });
  const client = testClient({ url: proxy.url });
  const QueueUrl = await createFifoQueue(direct);
  const received: { group: string; body: number }[] = [];
  const deleted = new Set<number>();
  const comebacks: number[] = [];
  const stop = new AbortController();

  const consuming = inBackground(
    (async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const messages = await insist(() =>
          poll(client, { QueueUrl, WaitTimeSeconds: 1, MessageSystemAttributeNames: ["MessageGroupId"] }),
        );
        for (const message of messages) {
          const body = Number(message.Body);
          if (deleted.has(body)) comebacks.push(body);
          received.push({ group: message.Attributes?.MessageGroupId ?? "", body });
          if (await deletes(client, QueueUrl, message)) deleted.add(body);
        }
      }
    })(),
  );
  for (let body = 1; body <= MESSAGES; body++) {
    if (body % Math.floor(MESSAGES / (CUTS + 1)) === 0) proxy.cut();
    await insist(() => sendTo(client, QueueUrl, `g${body % GROUPS}`, String(body), String(body)));
  }
  await until(() => deleted.size === MESSAGES, { what: "all messages to be deleted", timeoutMs: 20_000 });
  stop.abort();
  await consuming;

  expect(comebacks).toEqual([]);
  for (let group = 0; group < GROUPS; group++) {
    const order = new Set(received.filter((message) => message.group === `g${group}`).map(({ body }) => body));
    expect([...order]).toEqual([...order].toSorted((a, b) => a - b));
  }
});

test.each([0, 1, 2, 3])(
  "a long poll survives a connection that is cut when it consumes from partition %i",
  async (index) => {
    await using proxy = await startProxy({ target: inject("brokerUrl") });
    const client = testClient({ url: proxy.url });
    const QueueUrl = await createFifoQueue(direct);
    const polling = inBackground(poll(client, { QueueUrl, WaitTimeSeconds: 15 }));
    const lease = leaseBroker({ url: inject("brokerUrl") });
    const { broker } = lease;
    const partition = `${queueNameOf(QueueUrl)}.${index}`;
    await until(
      () =>
        broker.channels.use("look", broker.deadline(), async (channel) => {
          const { consumerCount } = await channel.checkQueue(partition);
          return consumerCount > 0;
        }),
      { what: "the poll to consume" },
    );
    lease.release();
    proxy.cut();
    await sendTo(direct, QueueUrl, "g", "m");
    expect((await polling).map(({ Body }) => Body)).toEqual(["m"]);
  },
);
