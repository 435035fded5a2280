import type { ChannelModel, ConfirmChannel } from "amqplib";
import type { Socket } from "node:net";

/**
 * What we use of amqplib beside its documented interface: its version is pinned for this, and the tests on brokers
 * fail when a member is gone.
 */
interface ConnectionInternals {
  readonly stream: Socket;
  readonly heartbeater: { readonly sendTimer: NodeJS.Timeout; readonly recvTimer: NodeJS.Timeout } | null;
  /** Bytes that a frame may take, as agreed with the broker. */
  readonly frameMax: number;
}

/** Of a channel in confirm mode. */
export interface ConfirmChannelInternals {
  /** Number of the channel. */
  readonly ch: number;
  readonly connection: ConnectionInternals;
  /** Says whom the next confirm is for: `null`, or the error "message nacked" or "channel closed". */
  pushConfirmCallback(callback: (error: Error | null) => void): void;
}

/** The socket and the heartbeat timers of a connection. */
export function connectionInternals(model: ChannelModel): ConnectionInternals {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- amqplib's types leave these members out
  return model.connection as unknown as ConnectionInternals;
}

/** What it takes to publish on a channel without amqplib's encoder. */
export function confirmChannelInternals(channel: ConfirmChannel): ConfirmChannelInternals {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- amqplib's types leave these members out
  return channel as unknown as ConfirmChannelInternals;
}
