import { KinesisClient, ListStreamsCommand } from "@warrenmq/client-kinesis";
import { ListTopicsCommand, SNSClient } from "@warrenmq/client-sns";
import { ListQueuesCommand, SQSClient } from "@warrenmq/client-sqs";
import { connect } from "amqplib";
import type { Channel, ChannelModel } from "amqplib";
import type { Broker } from "@warrenmq/testing";
import { errorText } from "./error-text.ts";

const REGISTRY = "warrenmq.registry";
/** What WarrenMQ declares beside an application's own queues, and shares between all its clients. */
const QUEUES: readonly string[] = [
  REGISTRY,
  "warrenmq.processes",
  "warrenmq.parking",
  "warrenmq.late-deletes",
  ...Array.from({ length: 29 }, (_, index) => `warrenmq.delay.${index + 1}`),
  ...Array.from({ length: 30 }, (_, index) => `warrenmq.delay.${(index + 1) * 30}`),
];
const EXCHANGES: readonly string[] = [
  "warrenmq.control",
  "warrenmq.parking",
  "warrenmq.delayed",
  "warrenmq.delay.rest",
  "warrenmq.delay",
];

/** What of WarrenMQ's own a broker has. */
interface Footprint {
  readonly queues: ReadonlySet<string>;
  readonly exchanges: ReadonlySet<string>;
}

/**
 * Does some work on a broker. One that is somebody's is left as it was found: what WarrenMQ keeps for itself is removed as
 * well, if it was not there before.
 */
export async function leaveAsFound<T>(broker: Broker | undefined, work: () => Promise<T>): Promise<T> {
  if (broker?.kind !== "url") return work();
  const before = await footprintOf(broker.url);
  try {
    return await work();
  } finally {
    await removeSince(before, broker.url).catch((error: unknown) => {
      process.stderr.write(`could not remove what WarrenMQ keeps on the broker: ${errorText(error)}\n`);
    });
  }
}

/** Looks which of WarrenMQ's own queues and exchanges there are. */
async function footprintOf(amqpUrl: string): Promise<Footprint> {
  const connection = await connect(amqpUrl, { noDelay: true });
  try {
    return {
      queues: await existing(QUEUES, (name) => briefly(connection, (channel) => channel.checkQueue(name))),
      exchanges: await existing(EXCHANGES, (name) => briefly(connection, (channel) => channel.checkExchange(name))),
    };
  } finally {
    await connection.close();
  }
}

/**
 * Removes what was not there before. An application that has begun to use WarrenMQ meanwhile needs it: where the registry
 * has a queue, a topic or a stream, or one of the queues a message or a consumer, all of it stays.
 */
async function removeSince(before: Footprint, amqpUrl: string): Promise<void> {
  const after = await footprintOf(amqpUrl);
  const queues = [...after.queues].filter((name) => !before.queues.has(name));
  const exchanges = [...after.exchanges].filter((name) => !before.exchanges.has(name));
  if (queues.length === 0 && exchanges.length === 0) return;
  const connection = await connect(amqpUrl, { noDelay: true });
  try {
    if (after.queues.has(REGISTRY) && !(await isRegistryEmpty(connection, amqpUrl))) return;
    if (await areInUse(connection, queues)) return;
    await briefly(connection, async (channel) => {
      for (const name of queues) await channel.deleteQueue(name);
      for (const name of exchanges) await channel.deleteExchange(name);
    });
  } finally {
    await connection.close();
  }
}

async function isRegistryEmpty(connection: ChannelModel, url: string): Promise<boolean> {
  const { messageCount } = await briefly(connection, (channel) => channel.checkQueue(REGISTRY));
  // A client that looks into it writes to it, which a broker that is full does not let it.
  if (messageCount === 0) return true;
  const rabbitmq = { url, connectionName: "warrenmq-bench" };
  const [sqs, sns] = [new SQSClient({ rabbitmq }), new SNSClient({ rabbitmq })];
  const kinesis = new KinesisClient({ rabbitmq });
  try {
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
    const { StreamNames = [] } = await kinesis.send(new ListStreamsCommand({}));
    return QueueUrls.length + Topics.length + StreamNames.length === 0;
  } finally {
    sqs.destroy();
    sns.destroy();
    kinesis.destroy();
  }
}

async function areInUse(connection: ChannelModel, queues: readonly string[]): Promise<boolean> {
  for (const name of queues) {
    // Streams count what they keep, not what is left to do.
    const isLog = name === REGISTRY || name === "warrenmq.late-deletes";
    const { consumerCount, messageCount } = await briefly(connection, (channel) => channel.checkQueue(name));
    if (consumerCount > 0 || (!isLog && messageCount > 0)) return true;
  }
  return false;
}

async function existing(names: readonly string[], check: (name: string) => Promise<unknown>): Promise<Set<string>> {
  const found = new Set<string>();
  for (const name of names) {
    await check(name).then(
      () => found.add(name),
      () => undefined,
    );
  }
  return found;
}

/** On a channel of its own: a check that fails closes it. */
async function briefly<T>(connection: ChannelModel, work: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await connection.createChannel();
  channel.on("error", () => undefined);
  const result = await work(channel);
  await channel.close();
  return result;
}
