import { connect } from "amqplib";
import type { ConsumeMessage } from "amqplib";

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
export function record(service: string, data: unknown, at: number = Date.now()): string {
  return JSON.stringify({ v: 1, id: crypto.randomUUID(), at, service, data });
}

/** The records that are in the registry now. */
export async function readCommands(brokerUrl: string): Promise<{ readonly id: string; readonly data: unknown }[]> {
  const connection = await connect(brokerUrl, { noDelay: true });
  const end = record("registry", null);
  await publish(brokerUrl, REGISTRY, [end]);
  const channel = await connection.createChannel();
  await channel.prefetch(500);
  const records: { readonly id: string; readonly data: unknown }[] = [];
  await new Promise<void>((resolve, reject) => {
    const read = (message: ConsumeMessage | null): void => {
      if (message === null) return reject(new Error("the registry was deleted"));
      channel.ack(message);
      const text = message.content.toString();
      if (text === end) return resolve();
      const { id, data }: Partial<Record<string, unknown>> = { ...Object(JSON.parse(text)) };
      records.push({ id: String(id), data });
    };
    channel.consume(REGISTRY, read, { arguments: { "x-stream-offset": "first" } }).catch(reject);
  });
  await connection.close();
  return records;
}
