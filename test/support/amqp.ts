import { connect, type Channel, type GetMessage } from "amqplib";
import { afterAll, inject } from "vitest";

/** Makes a channel of a native AMQP client on the run's broker, closed after the test file. */
export async function nativeChannel(url: string = inject("brokerUrl")): Promise<Channel> {
  const model = await connect(url);
  model.on("error", () => undefined);
  afterAll(() => model.close().catch(() => undefined));
  const channel = await model.createChannel();
  channel.on("error", () => undefined);
  return channel;
}

/** Takes the first message off a queue that `wanted` accepts; others stay. `undefined` when there is none now. */
export async function takeMessage(
  channel: Channel,
  queueName: string,
  wanted: (message: GetMessage) => boolean,
): Promise<GetMessage | undefined> {
  const others: GetMessage[] = [];
  try {
    for (;;) {
      const message = await channel.get(queueName);
      if (message === false) return undefined;
      if (!wanted(message)) {
        others.push(message);
        continue;
      }
      channel.ack(message);
      return message;
    }
  } finally {
    for (const message of others) channel.nack(message, false, true);
  }
}
