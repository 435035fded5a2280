import type { Broker, Deadline } from "@warrenmq/core/internal";

/** Declares the exchange of a topic. It bears the topic's name, so that native publishers find it. */
export async function declareTopic(broker: Broker, topic: string, deadline: Deadline): Promise<void> {
  await broker.channels.use(`declare exchange "${topic}"`, deadline, (channel) =>
    channel.assertExchange(topic, "direct", { durable: true }),
  );
}

/** Deletes the exchange with its bindings; nothing happens when there is none. */
export async function deleteTopic(broker: Broker, topic: string, deadline: Deadline): Promise<void> {
  await broker.channels.use(`delete exchange "${topic}"`, deadline, (channel) => channel.deleteExchange(topic));
}

/** Binds a queue under some keys. @throws RabbitError `not-found` when the queue or the exchange is not there */
export async function bindQueue(
  broker: Broker,
  topic: string,
  queueName: string,
  keys: readonly string[],
  deadline: Deadline,
): Promise<void> {
  await broker.channels.use(`bind queue "${queueName}" to exchange "${topic}"`, deadline, async (channel) => {
    for (const key of keys) await channel.bindQueue(queueName, topic, key);
  });
}

/** Undoes {@link bindQueue}; nothing happens when the queue is not bound. */
export async function unbindQueue(
  broker: Broker,
  topic: string,
  queueName: string,
  keys: readonly string[],
  deadline: Deadline,
): Promise<void> {
  await broker.channels.use(`unbind queue "${queueName}" from exchange "${topic}"`, deadline, async (channel) => {
    for (const key of keys) await channel.unbindQueue(queueName, topic, key);
  });
}
