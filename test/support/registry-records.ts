import { connect } from "amqplib";

const REGISTRY = "warrenmq.registry";

/** Writes the record that a CreateQueue call leaves in the registry, for each name: without the queues themselves. */
export async function recordQueues(brokerUrl: string, names: readonly string[]): Promise<void> {
  await publish(
    brokerUrl,
    REGISTRY,
    names.map((name) => record("sqs", { type: "create-queue", name, attributes: {}, tags: {} })),
  );
}

/** Publishes texts or bytes to a queue, in order, and waits for the confirms. */
export async function publish(brokerUrl: string, queue: string, contents: readonly (string | Buffer)[]): Promise<void> {
  const connection = await connect(brokerUrl, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  for (const content of contents) channel.sendToQueue(queue, Buffer.from(content), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

/** A record as it lies in the registry. */
export function record(service: string, data: unknown): string {
  return JSON.stringify({ v: 1, id: crypto.randomUUID(), at: Date.now(), service, data });
}
