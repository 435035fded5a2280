import type { Channel, ConsumeMessage, Options } from "amqplib";
import { withDeadline, type Deadline } from "./deadline.ts";
import { RabbitError } from "./rabbit-error.ts";

/** A consumer to be. */
export interface ConsumerStart {
  readonly queue: string;
  /** How many deliveries may be unacknowledged. */
  readonly prefetch: number;
  /** Gets `null` when the broker has ended the consumer. */
  readonly onMessage: (message: ConsumeMessage | null) => void;
  readonly options?: Options.Consume;
}

/**
 * Begins to consume; resolves when the broker has registered the consumer. It may answer everything but this, for a stream
 * that was deleted a moment ago say (seen on 4.3.6); a channel that does not answer by the deadline is closed.
 * @throws RabbitError `timeout`; what the broker said, as amqplib has it
 */
export async function beginConsuming(
  channel: Channel,
  { queue, prefetch, onMessage, options }: ConsumerStart,
  deadline: Deadline,
): Promise<void> {
  const begun = channel.prefetch(prefetch).then(() => channel.consume(queue, onMessage, options));
  try {
    await withDeadline(begun, deadline, `consume from "${queue}"`);
  } catch (error) {
    if (error instanceof RabbitError) void channel.close().catch(() => undefined); // closed already: that is what was wanted
    throw error;
  }
}
