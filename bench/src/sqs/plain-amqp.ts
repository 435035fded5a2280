import { connect } from "amqplib";
import type { Channel, ConfirmChannel } from "amqplib";

/** A plain amqplib connection, as a careful application uses it: `noDelay`, persistent messages, publisher confirms. */
export interface PlainAmqp extends AsyncDisposable {
  readonly channel: ConfirmChannel;
  /** Publishes to a queue and resolves at the broker's confirm. */
  publish(queue: string, content: Buffer): Promise<void>;
  /** Another channel on the same connection. */
  openChannel(): Promise<Channel>;
  /** Messages that nobody holds. */
  ready(queue: string): Promise<number>;
  /** Consumers of the queue, whoever's. */
  consumers(queue: string): Promise<number>;
  /** Removes the messages that nobody holds. Resolves to how many there were. */
  purge(queue: string): Promise<number>;
}

/** Connects. Disposing closes the connection. */
export async function openPlainAmqp(brokerUrl: string): Promise<PlainAmqp> {
  const connection = await connect(brokerUrl, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  return {
    channel,
    publish: (queue, content) => publish(channel, queue, content),
    openChannel: () => connection.createChannel(),
    ready: async (queue) => (await channel.checkQueue(queue)).messageCount,
    consumers: async (queue) => (await channel.checkQueue(queue)).consumerCount,
    purge: async (queue) => (await channel.purgeQueue(queue)).messageCount,
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

function publish(channel: ConfirmChannel, queue: string, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish("", queue, content, { persistent: true }, (error) => (error === null ? resolve() : reject(error)));
  });
}
