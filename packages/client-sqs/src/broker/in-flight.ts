import type { Delivery } from "./receive-channel.ts";

/** A message that was handed out and is neither deleted nor visible again. */
export interface InFlight {
  /** What is to be settled at the end; another one after the message was moved to where it stays hidden for long. */
  delivery: Delivery;
  /** Whether the delivery is from the place for messages that are hidden for long: then it must find back to its queue. */
  isMoved: boolean;
  readonly messageId: string;
  readonly messageGroupId: string | undefined;
  /** ApproximateReceiveCount, this receive included. */
  readonly receiveCount: number;
  /** When this receive began: AWS counts the 12 hours of invisibility from here. */
  readonly receivedAtMs: number;
  /** ApproximateFirstReceiveTimestamp, milliseconds since the epoch. */
  readonly firstReceivedAt: number;
  /** `performance.now()` when the message is to be visible again. */
  visibleAtMs: number;
  timer: NodeJS.Timeout;
}
