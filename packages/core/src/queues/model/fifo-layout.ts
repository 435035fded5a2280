import { queueHash } from "./queue-hash.ts";

/** How a FIFO queue lies on the broker. Fixed when the queue is created. */
export interface FifoLayout {
  /** How many quorum queues the message groups are spread over. */
  readonly partitions: number;
  /** AWS: the deduplication scope stays what it was at creation, whatever SetQueueAttributes says later. Recorded. */
  readonly deduplicationScope: "queue" | "messageGroup";
}

/** Partitions of a new FIFO queue: as many processes can share its work. */
export const FIFO_PARTITIONS = 4;
const LOG_SUFFIX = ".log";
const RECEIVERS_SUFFIX = ".receivers";

/** Names of the quorum queues that hold the messages, by partition. */
export function partitionQueues(queueName: string, { partitions }: FifoLayout): readonly string[] {
  return Array.from({ length: partitions }, (_, index) => `${queueName}.${index}`);
}

/** Name of the stream that says in which order messages were sent, and which were duplicates. */
export function logStream(queueName: string): string {
  return queueName + LOG_SUFFIX;
}

/** Name of the stream on which the processes that receive say that they are there, and what they have received. */
export function receiversStream(queueName: string): string {
  return queueName + RECEIVERS_SUFFIX;
}

/** The partition of a message group. */
export function partitionOf(groupId: string, { partitions }: FifoLayout): number {
  return queueHash(groupId) % partitions;
}
