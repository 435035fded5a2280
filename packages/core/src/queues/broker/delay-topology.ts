import { RabbitError } from "../../amqp/rabbit-error.ts";
import type { Broker } from "../../amqp/broker.ts";
import type { Channel } from "amqplib";
import type { Deadline } from "../../amqp/deadline.ts";
import { DELAY_HEADERS } from "../model/wire-message.ts";

/**
 * The exchanges and queues that delay messages. docs/decisions/010-delay-levels.md has the picture.
 *
 *     warrenmq.delay ──▶ warrenmq.delay.<long> ──expired──▶ warrenmq.delay.rest ──▶ warrenmq.delay.<short>
 *           └───────────────────▶ warrenmq.delay.<short> ──expired──▶ warrenmq.delayed ──▶ the destination
 *
 * The routing key is the destination's name throughout; which levels a message passes is in two headers. What cannot be
 * routed any more lies in `warrenmq.parking`: 32 dead letters without a queue would stop a level for everybody.
 */
export const DELAY_EXCHANGE = "warrenmq.delay";
/** Where delayed messages come from; also tells a receiver that a message was delayed. */
export const DELAYED_EXCHANGE = "warrenmq.delayed";
/** Exchange and queue for delayed messages whose queue was deleted meanwhile. */
export const PARKING = "warrenmq.parking";
/** Where the long levels leave off. */
const REST_EXCHANGE = "warrenmq.delay.rest";

const QUORUM = { "x-queue-type": "quorum", "x-delivery-limit": 2_147_483_647, "x-overflow": "reject-publish" } as const;
/** SQS keeps no message for longer than 14 days, so neither does the parking queue. */
const PARKING_TTL_MS = 1_209_600_000;

/** A level's queue. */
export function delayQueueName(seconds: number): string {
  return `${DELAY_EXCHANGE}.${seconds}`;
}

/** Declares the exchanges and the parking queue. Doing it again repairs what was deleted. */
export async function declareDelayExchanges(channel: Channel): Promise<void> {
  await channel.assertExchange(PARKING, "fanout", { durable: true });
  await channel.assertQueue(PARKING, { durable: true, arguments: { ...QUORUM, "x-message-ttl": PARKING_TTL_MS } });
  await channel.bindQueue(PARKING, PARKING, "");
  await channel.assertExchange(DELAYED_EXCHANGE, "direct", { durable: true, alternateExchange: PARKING });
  await channel.assertExchange(REST_EXCHANGE, "headers", { durable: true, alternateExchange: PARKING });
  await channel.bindExchange(DELAYED_EXCHANGE, REST_EXCHANGE, "", { "x-match": "all", [DELAY_HEADERS.short]: "0" });
  await channel.assertExchange(DELAY_EXCHANGE, "headers", { durable: true });
}

/** Declares a long level; its messages go on to a short level or to their destination. */
export async function declareLongLevel(channel: Channel, seconds: number): Promise<void> {
  const queue = await declareLevel(channel, seconds, REST_EXCHANGE);
  await channel.bindQueue(queue, DELAY_EXCHANGE, "", { "x-match": "all", [DELAY_HEADERS.long]: String(seconds) });
}

/** Declares a short level, for messages that begin with it and for those that come from a long one. */
export async function declareShortLevel(channel: Channel, seconds: number): Promise<void> {
  const queue = await declareLevel(channel, seconds, DELAYED_EXCHANGE);
  const short = { "x-match": "all", [DELAY_HEADERS.short]: String(seconds) };
  await channel.bindQueue(queue, DELAY_EXCHANGE, "", { ...short, [DELAY_HEADERS.long]: "0" });
  await channel.bindQueue(queue, REST_EXCHANGE, "", short);
}

async function declareLevel(channel: Channel, seconds: number, next: string): Promise<string> {
  const queue = delayQueueName(seconds);
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      ...QUORUM,
      "x-message-ttl": seconds * 1_000,
      "x-dead-letter-exchange": next,
      "x-dead-letter-strategy": "at-least-once",
    },
  });
  return queue;
}

/**
 * Makes delayed messages reach their queue.
 * @throws RabbitError `not-found` when there is no such queue.
 */
export async function bindDelayed(broker: Broker, queueName: string, deadline: Deadline): Promise<void> {
  const action = `bind queue "${queueName}" to exchange "${DELAYED_EXCHANGE}"`;
  const bind = (): Promise<unknown> =>
    broker.channels.use(action, deadline, (channel) => channel.bindQueue(queueName, DELAYED_EXCHANGE, queueName));
  try {
    await bind();
  } catch (error) {
    if (!(error instanceof RabbitError) || error.code !== "not-found") throw error;
    // The exchange may be what is missing.
    await broker.channels.use("declare the delay exchanges", deadline, declareDelayExchanges);
    await bind();
  }
}
