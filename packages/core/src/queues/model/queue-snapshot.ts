import type { StateSnapshot } from "../../registry/fold.ts";
import { isQueueRecord } from "./queue-record-guards.ts";
import type { QueueState } from "./queue-registry.ts";

type Times = readonly (readonly [string, number])[];

/** How the queues of a virtual host are written down. */
export const QUEUE_SNAPSHOT: StateSnapshot<QueueState> = {
  version: 2,
  dump: ({ queues, deletedAt, purgedAt, receiptKey }) => ({
    queues: [...queues.values()],
    deletedAt: [...deletedAt],
    purgedAt: [...purgedAt],
    receiptKey,
  }),
  load: (data) => {
    if (typeof data !== "object" || data === null) return undefined;
    const { queues, deletedAt, purgedAt, receiptKey }: Partial<Record<string, unknown>> = { ...data };
    if (!Array.isArray(queues) || !queues.every(isQueueRecord) || !isTimes(deletedAt) || !isTimes(purgedAt))
      return undefined;
    if (receiptKey !== undefined && typeof receiptKey !== "string") return undefined;
    return {
      queues: new Map(queues.map((queue) => [queue.name, queue])),
      deletedAt: new Map(deletedAt),
      purgedAt: new Map(purgedAt),
      receiptKey,
    };
  },
};

function isTimes(value: unknown): value is Times {
  return Array.isArray(value) && value.every(isTime);
}

function isTime(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number";
}
