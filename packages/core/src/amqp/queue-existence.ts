import type { ChannelPool } from "./channel-pool.ts";
import type { Deadline } from "./deadline.ts";
import { RabbitError } from "./rabbit-error.ts";

/** Whether the broker has a queue of that name, or cannot be asked now. Only a queue that it knows nothing of is none. */
export async function mayHaveQueue(channels: ChannelPool, name: string, deadline: Deadline): Promise<boolean> {
  try {
    await channels.use(`look at queue "${name}"`, deadline, (channel) => channel.checkQueue(name));
    return true;
  } catch (error) {
    const isUnknown = error instanceof RabbitError && (error.code === "not-found" || error.code === "access-refused");
    return !isUnknown;
  }
}
