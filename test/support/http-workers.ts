import { connect, type ChannelModel } from "amqplib";
import { until } from "@warrenmq/testing";
import { afterAll, inject } from "vitest";

/** An exclusive queue: the broker gives it to one connection, and takes it away when that ends, however it ends. */
const LOCK = "warrenmq.test.http-workers";

/**
 * Resolves when no other test file has HTTP workers, and keeps others waiting until after this file: a worker delivers to
 * the subscribers of all topics of a broker, and test files share one. To be called before the first worker is started.
 */
export async function onlyHttpWorkersHere(): Promise<void> {
  const model = await connect(inject("brokerUrl"));
  model.on("error", () => undefined);
  afterAll(() => model.close().catch(() => undefined)); // it may have gone with the broker
  await until(() => isTaken(model), { what: "the HTTP workers of other test files to end", timeoutMs: 170_000 });
}

async function isTaken(model: ChannelModel): Promise<boolean> {
  const channel = await model.createChannel();
  channel.on("error", () => undefined);
  try {
    await channel.assertQueue(LOCK, { exclusive: true });
    return true;
  } catch {
    return false; // RESOURCE_LOCKED, which closes the channel
  }
}
