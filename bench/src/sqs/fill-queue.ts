import { SendMessageBatchCommand } from "@warrenmq/client-sqs";
import { BATCH_ENTRIES } from "./message-body.ts";
import type { SqsQueue } from "./sqs-queue.ts";

const SENDERS = 16;

/** Sends so many messages, a multiple of ten, as WarrenMQ's producers write them: so both sides of a comparison read the same. */
export async function fillQueue({ client, url }: SqsQueue, messages: number): Promise<void> {
  let batches = Math.ceil(messages / BATCH_ENTRIES.length);
  const sender = async (): Promise<void> => {
    while (batches-- > 0)
      await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [...BATCH_ENTRIES] }));
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}
