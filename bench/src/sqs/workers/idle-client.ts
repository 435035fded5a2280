// A process with a client that has worked, and then has nothing to do.
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@warrenmq/client-sqs";
import { tell, workerInput } from "../../worker-process.ts";
import { BATCH_ENTRIES } from "../message-body.ts";

/** What the process is started with. */
export interface IdleClientInput {
  readonly brokerUrl: string;
  readonly queueUrl: string;
  /** Messages to send; half of them are received and deleted. */
  readonly messages: number;
  readonly idleMs: number;
}

/** What it tells after it was idle for `idleMs`. The client lives on. */
export interface IdleClientReport {
  readonly deleted: number;
  /** CPU time of each second, in milliseconds. */
  readonly cpuMs: readonly number[];
}

/** For what goes on after the last call: consumers are cancelled, what nobody has seen goes back. */
const SETTLE_MS = 2_000;

const { brokerUrl, queueUrl: QueueUrl, messages, idleMs }: IdleClientInput = JSON.parse(workerInput());
const client = new SQSClient({ rabbitmq: { url: brokerUrl } });

for (let sent = 0; sent < messages; sent += BATCH_ENTRIES.length) {
  await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [...BATCH_ENTRIES] }));
}
let deleted = 0;
await Promise.all(Array.from({ length: 4 }, poll));
await sleep(SETTLE_MS);
const cpuMs: number[] = [];
for (let second = 0; second < idleMs / 1_000; second++) {
  const before = process.cpuUsage();
  await sleep(1_000);
  const { user, system } = process.cpuUsage(before);
  cpuMs.push((user + system) / 1_000);
}
tell({ deleted, cpuMs } satisfies IdleClientReport);

async function poll(): Promise<void> {
  while (deleted < messages / 2) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 });
    const { Messages: received = [] } = await client.send(receive);
    if (received.length === 0) continue;
    const Entries = received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    deleted += received.length;
  }
}
