import type { Deadline } from "@warrenmq/core/internal";
import type { HeldMessages } from "../model/control-request.ts";
import type { FifoDeliveries } from "./fifo-deliveries.ts";

/** How many messages a queue has. */
export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/**
 * Counts the messages of a standard queue; `undefined` when it does not exist.
 * @param ready messages that no process holds
 * @param held what the processes hold
 */
export async function countStandardQueue(
  ready: Promise<number | undefined>,
  held: Promise<HeldMessages>,
): Promise<QueueCounts | undefined> {
  const [inQueue, { inFlight, unseen, delayed }] = await Promise.all([ready, held]);
  return inQueue === undefined ? undefined : { visible: inQueue + unseen, inFlight, delayed };
}

/** Counts the messages of a FIFO queue, in which delayed ones lie among the others; `undefined` when it does not exist. */
export async function countFifoQueue(
  fifo: FifoDeliveries,
  held: Promise<HeldMessages>,
  deadline: Deadline,
): Promise<QueueCounts | undefined> {
  const [inQueue, { inFlight, unseen }, sentLately] = await Promise.all([
    fifo.readyMessages(deadline),
    held,
    fifo.delayed(deadline),
  ]);
  if (inQueue === undefined) return undefined;
  const waiting = inQueue + unseen;
  const delayed = Math.min(sentLately, waiting);
  return { visible: waiting - delayed, inFlight, delayed };
}

/** Messages that nobody has received, delayed ones too. */
export function waitingOf(counts: QueueCounts | undefined): number {
  return counts === undefined ? 0 : counts.visible + counts.delayed;
}
