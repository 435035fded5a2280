import type { ChannelPool } from "./channel-pool.ts";
import type { Deadline } from "./deadline.ts";
import { RabbitError } from "./rabbit-error.ts";

/** Whether the broker has a queue or stream of that name. @throws RabbitError when the broker cannot be asked */
export async function hasQueue(channels: ChannelPool, name: string, deadline: Deadline): Promise<boolean> {
  try {
    await channels.use(`look at queue "${name}"`, deadline, (channel) => channel.checkQueue(name));
    return true;
  } catch (error) {
    if (error instanceof RabbitError && error.code === "not-found") return false;
    throw error;
  }
}

/** As {@link hasQueue}, and true as well where the broker cannot be asked now. A queue that may not be looked at is none. */
export async function mayHaveQueue(channels: ChannelPool, name: string, deadline: Deadline): Promise<boolean> {
  try {
    return await hasQueue(channels, name, deadline);
  } catch (error) {
    return !(error instanceof RabbitError && error.code === "access-refused");
  }
}
