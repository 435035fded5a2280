import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSServiceException,
} from "@warrenmq/client-sqs";
import type { SQSClient } from "@warrenmq/client-sqs";
import { inBackground } from "./in-background.ts";

/** What a {@link startSenders} has done so far. */
export interface SendLog {
  /** Bodies whose send resolved: none of them may be lost. */
  readonly confirmed: Set<string>;
  /** Failed sends; their messages may be stored or not. */
  readonly failures: SQSServiceException[];
}

/** Senders at work. */
export interface Senders {
  readonly log: SendLog;
  /** The longest time in milliseconds without a confirmed send since the last call. */
  longestGapMs(): number;
  /** Resolves when every send that was begun has ended. */
  stop(): Promise<void>;
}

/** Keeps `inFlight` SendMessage calls under way, each with a body of its own, until it is stopped. */
export function startSenders(sqs: SQSClient, QueueUrl: string, inFlight: number): Senders {
  const log: SendLog = { confirmed: new Set(), failures: [] };
  let next = 0;
  let confirmedMs = performance.now();
  let longestGapMs = 0;
  const noteGap = (): void => {
    longestGapMs = Math.max(longestGapMs, performance.now() - confirmedMs);
    confirmedMs = performance.now();
  };
  const state = { stopped: false };
  const send = async (): Promise<void> => {
    while (!state.stopped) {
      const MessageBody = `message ${next++}`;
      try {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
        log.confirmed.add(MessageBody);
        noteGap();
      } catch (error) {
        if (!(error instanceof SQSServiceException)) throw error;
        log.failures.push(error);
      }
    }
  };
  const work = inBackground(Promise.all(Array.from({ length: inFlight }, send)));
  return {
    log,
    longestGapMs() {
      noteGap();
      const gapMs = longestGapMs;
      longestGapMs = 0;
      return gapMs;
    },
    async stop() {
      state.stopped = true;
      await work;
    },
  };
}

/** What a {@link startReceivers} has done so far. */
export interface ReceiveLog {
  /** How often each body was received. */
  readonly received: Map<string, number>;
  readonly failures: SQSServiceException[];
}

/** Receivers at work. */
export interface Receivers {
  readonly log: ReceiveLog;
  stop(): Promise<void>;
}

/** Receives and deletes with some pollers, until it is stopped. */
export function startReceivers(sqs: SQSClient, QueueUrl: string, pollers: number): Receivers {
  const log: ReceiveLog = { received: new Map(), failures: [] };
  const state = { stopped: false };
  const poll = async (): Promise<void> => {
    while (!state.stopped) {
      try {
        await receiveBatch(sqs, QueueUrl, log);
      } catch (error) {
        if (!(error instanceof SQSServiceException)) throw error;
        log.failures.push(error);
      }
    }
  };
  const work = inBackground(Promise.all(Array.from({ length: pollers }, poll)));
  return {
    log,
    async stop() {
      state.stopped = true;
      await work;
    },
  };
}

async function receiveBatch(sqs: SQSClient, QueueUrl: string, { received }: ReceiveLog): Promise<void> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
  );
  for (const { Body = "" } of Messages) received.set(Body, (received.get(Body) ?? 0) + 1);
  if (Messages.length === 0) return;
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}

/** Bodies that were confirmed and have not been received. */
export function lost(sent: SendLog, { received }: ReceiveLog): string[] {
  return [...sent.confirmed].filter((body) => !received.has(body));
}
