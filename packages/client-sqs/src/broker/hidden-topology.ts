import { RabbitError, type Broker, type Channel, type Deadline } from "@warrenmq/core/internal";
import { declareDelayExchanges, DELAYED_EXCHANGE, HIDDEN_HEADERS, QUEUE_ARGUMENTS } from "@warrenmq/core/queues";

/**
 * Where messages stay that are hidden for long. docs/decisions/023-long-visibility.md has the picture.
 *
 *     warrenmq.hidden ──▶ warrenmq.hidden.<place> ──rejected or expired──▶ warrenmq.delayed ──▶ the queue that it came from
 *
 * The routing key is the name of that queue throughout; the place is in a header.
 */
export const HIDDEN_EXCHANGE = "warrenmq.hidden";

/**
 * When the process that holds a place is gone, its messages are ready again, and what is older than this goes back to its
 * queue at once. Until a message has been delivered to the process, which takes milliseconds, it must not expire.
 */
const TTL_MS = 20_000;
const RESOURCE_LOCKED = 405;

/** A place is one process's: the exclusive queue beside it lives as long as the connection. */
async function claim(broker: Broker, place: number, deadline: Deadline): Promise<boolean> {
  const owner = `${hiddenQueueName(place)}.owner`;
  // An exclusive queue is always classic; said, because a virtual host may have another default.
  const options = { exclusive: true, durable: false, arguments: { "x-queue-type": "classic" } };
  try {
    await broker.channels.use(`claim "${owner}"`, deadline, (channel) => channel.assertQueue(owner, options));
    return true;
  } catch (error) {
    if (error instanceof RabbitError && error.replyCode === RESOURCE_LOCKED) return false;
    throw error;
  }
}

/** Claims the first place that no other process has. @throws RabbitError */
export async function claimPlace(broker: Broker, deadline: Deadline): Promise<number> {
  for (let place = 0; ; place++) if (await claim(broker, place, deadline)) return place;
}

/** Declares the exchange and the place's queue. Doing it again repairs what was deleted. @throws RabbitError */
export async function declarePlace(broker: Broker, place: number, deadline: Deadline): Promise<void> {
  const declare = async (channel: Channel): Promise<void> => {
    await declareDelayExchanges(channel);
    await channel.assertExchange(HIDDEN_EXCHANGE, "headers", { durable: true });
    const queue = hiddenQueueName(place);
    const routes = { "x-dead-letter-exchange": DELAYED_EXCHANGE, "x-dead-letter-strategy": "at-least-once" };
    const args = { ...QUEUE_ARGUMENTS, ...routes, "x-message-ttl": TTL_MS };
    await channel.assertQueue(queue, { durable: true, arguments: args });
    await channel.bindQueue(queue, HIDDEN_EXCHANGE, "", { "x-match": "all", [HIDDEN_HEADERS.place]: String(place) });
  };
  await broker.channels.use("declare the queue for messages that are hidden for long", deadline, declare);
}

/** A place's queue. */
export function hiddenQueueName(place: number): string {
  return `${HIDDEN_EXCHANGE}.${place}`;
}
