import { connect, Offset } from "rabbitmq-stream-js-client";
import type { Client } from "rabbitmq-stream-js-client";
import { creditsOnChunkReceived } from "rabbitmq-stream-js-client/dist/consumer_credit_policy.js";
import { BATCH } from "./stream-bench.ts";
import { ConfirmCount } from "./confirm-count.ts";

/** The npm client that people use today. It cannot talk to RabbitMQ 3.10. */
export async function openNpmClient(port: number): Promise<Client> {
  return connect({ hostname: "127.0.0.1", port, username: "guest", password: "guest", vhost: "/" });
}

/** Publishes a batch in one flush, as large as its frames allow, and resolves when it is confirmed. */
export async function npmPublisher(
  client: Client,
  stream: string,
  bodies: readonly Buffer[],
): Promise<() => Promise<void>> {
  const publisher = await client.declarePublisher({ stream, maxChunkLength: BATCH });
  const confirms = new ConfirmCount();
  publisher.on("publish_confirm", (_error, publishingIds) => confirms.confirmed(publishingIds.length));
  return async () => {
    for (const body of bodies) await publisher.send(body);
    await publisher.flush();
    return confirms.sent(bodies.length);
  };
}

/** Reads so many messages from the first on, with as much credit as ours has. */
export async function npmRead(client: Client, stream: string, messages: number): Promise<void> {
  let read = 0;
  await new Promise<void>((resolve, reject) => {
    const options = { stream, offset: Offset.first(), creditPolicy: creditsOnChunkReceived(10, 1) };
    const consumer = client.declareConsumer(options, ({ content }) => {
      if (content.length > 0 && ++read === messages) resolve();
    });
    consumer.catch(reject);
  });
}
