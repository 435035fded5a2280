import type { Channel, ConsumeMessage } from "amqplib";
import type { PlainAmqp } from "../sqs/plain-amqp.ts";

const CONSUMER_TAG = "bench";

/**
 * Moves so many messages with amqplib alone: each is published, confirmed, and then acknowledged.
 * @param channel stays open: RabbitMQ 3.10 forgets acknowledgements that it has just received when a channel closes
 */
export async function movePlainly(
  plain: PlainAmqp,
  channel: Channel,
  { from, to, messages }: { readonly from: string; readonly to: string; readonly messages: number },
): Promise<void> {
  let moved = 0;
  await new Promise<void>((resolve, reject) => {
    const move = async (message: ConsumeMessage): Promise<void> => {
      await plain.publish(to, message.content);
      channel.ack(message);
      if (++moved === messages) resolve();
    };
    const onMessage = (message: ConsumeMessage | null): void => {
      if (message === null) reject(new Error("the broker cancelled the consumer"));
      else move(message).catch(reject);
    };
    channel.consume(from, onMessage, { consumerTag: CONSUMER_TAG }).catch(reject);
  });
  await channel.cancel(CONSUMER_TAG);
}
