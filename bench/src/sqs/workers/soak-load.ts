// Full load on one client: senders that keep a backlog, pollers that delete what they receive.
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@warrenmq/client-sqs";
import { tell, workerInput } from "../../worker-process.ts";
import { BATCH_ENTRIES, MESSAGE_BODY } from "../message-body.ts";

/** What the process is started with. */
export interface SoakInput {
  readonly brokerUrl: string;
  readonly queueUrl: string;
  readonly durationSeconds: number;
}

/** What it tells: a sample every second, and at the end, when the queue was emptied, the counts. */
export type SoakReport =
  | { readonly type: "sample"; readonly rssMb: number }
  | { readonly type: "done"; readonly sent: number; readonly deleted: number };

const POLLERS = 4;
const BATCH_SENDERS = 4;
const SENDERS = 8;
/** Senders pause while this many messages wait: the load is to be steady, not to fill a disk. */
const LONGEST_BACKLOG = 5_000;
/** Polls that may come back empty before what is missing counts as lost. */
const EMPTY_POLLS = 5;

const { brokerUrl, queueUrl: QueueUrl, durationSeconds }: SoakInput = JSON.parse(workerInput());
const client = new SQSClient({ rabbitmq: { url: brokerUrl } });
const endMs = performance.now() + durationSeconds * 1000;
let sent = 0;
let deleted = 0;
let isSending = true;

const sampling = setInterval(() => report({ type: "sample", rssMb: process.memoryUsage.rss() / 1e6 }), 1000);
const polling = Array.from({ length: POLLERS }, poll);
await Promise.all([
  ...Array.from({ length: SENDERS }, () => send(sendOne)),
  ...Array.from({ length: BATCH_SENDERS }, () => send(sendTen)),
]);
clearInterval(sampling);
isSending = false;
await Promise.all(polling);
report({ type: "done", sent, deleted });

async function send(call: () => Promise<void>): Promise<void> {
  while (performance.now() < endMs) {
    if (sent - deleted < LONGEST_BACKLOG) await call();
    else await sleep(1);
  }
}

async function sendOne(): Promise<void> {
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: MESSAGE_BODY }));
  sent += 1;
}

async function sendTen(): Promise<void> {
  await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [...BATCH_ENTRIES] }));
  sent += BATCH_ENTRIES.length;
}

async function poll(): Promise<void> {
  for (let empty = 0; isWorkLeft(empty);) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    const { Messages: received = [] } = await client.send(receive);
    empty = received.length === 0 ? empty + 1 : 0;
    if (received.length === 0) continue;
    const Entries = received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    deleted += received.length;
  }
}

function isWorkLeft(emptyPolls: number): boolean {
  return isSending || (deleted < sent && emptyPolls < EMPTY_POLLS);
}

function report(message: SoakReport): void {
  tell(message);
}
