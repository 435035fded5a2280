import { CreateStreamCommand, KinesisServiceException, PutRecordCommand } from "@warrenmq/client-kinesis";
import type { KinesisClient } from "@warrenmq/client-kinesis";
import { PublishCommand, SNSServiceException } from "@warrenmq/client-sns";
import type { SNSClient } from "@warrenmq/client-sns";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSServiceException,
} from "@warrenmq/client-sqs";
import type { Message, SQSClient } from "@warrenmq/client-sqs";
import { pause } from "@warrenmq/core/internal";
import { uniqueName } from "@warrenmq/testing";
import { createFifoQueue, sendTo } from "../fifo.ts";
import { iteratorOf, read, textOf } from "../kinesis.ts";
import { createTestTopic, subscribeQueue } from "../sns.ts";
import { createTestQueue } from "../sqs.ts";
import { Ledger } from "./ledger.ts";

/** Between two calls of a worker: an even load, not the highest. */
const PACE_MS = 10;
/** Deduplication remembers every send for some minutes. Few sends, and what it holds does not pass for a leak before it has levelled off. */
const FIFO_PACE_MS = 100;
const FIFO_GROUPS = 4;
const BODY = "x".repeat(200);

/** The clients under load. */
export interface SoakClients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly kinesis: KinesisClient;
}

/** SQS standard and FIFO, a topic with two queues, and a stream, all at once, until it is stopped. */
export class MixedLoad {
  readonly #clients: SoakClients;
  readonly ledgers: Record<"standard" | "fifo" | "topic, first queue" | "topic, second queue" | "stream", Ledger> = {
    standard: new Ledger(),
    fifo: new Ledger(),
    "topic, first queue": new Ledger(),
    "topic, second queue": new Ledger(),
    stream: new Ledger(),
  };
  /** What must not happen: a broken order, a deleted FIFO message that comes back, an error of another kind. */
  readonly violations: string[] = [];
  readonly #senders: Promise<void>[] = [];
  readonly #receivers: Promise<void>[] = [];
  readonly #fifoReceived = new Map<string, number>();
  readonly #fifoDeleted = new Map<string, number>();
  #sending = true;
  #receiving = true;
  #next = 0;

  constructor(clients: SoakClients) {
    this.#clients = clients;
  }

  /** Creates what is needed, and begins. */
  async start(): Promise<void> {
    const { sqs, sns, kinesis } = this.#clients;
    const standard = await createTestQueue(sqs, { prefix: "soak" });
    const fifo = await createFifoQueue(sqs);
    const topic = await createTestTopic(sns);
    const copies = [await createTestQueue(sqs), await createTestQueue(sqs)] as const;
    for (const queue of copies) await subscribeQueue(sns, topic, queue, { RawMessageDelivery: "true" });
    const StreamName = uniqueName("soak");
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const ledgers = this.ledgers;
    const topicLedgers = [ledgers["topic, first queue"], ledgers["topic, second queue"]] as const;

    for (let sender = 0; sender < 3; sender++) this.#send([ledgers.standard], (id) => this.#sendStandard(standard, id));
    for (let group = 0; group < FIFO_GROUPS; group++) this.#senders.push(this.#sendFifo(fifo, `g${group}`));
    for (let sender = 0; sender < 2; sender++) {
      this.#send(topicLedgers, (id) => sns.send(new PublishCommand({ TopicArn: topic, Message: id })));
    }
    for (let sender = 0; sender < 2; sender++) {
      const put = (id: string): Promise<unknown> =>
        kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: id, Data: Buffer.from(id) }));
      this.#send([ledgers.stream], put);
    }
    for (let receiver = 0; receiver < 2; receiver++) {
      this.#receive(standard, (message) => this.#takeStandard(standard, message));
      this.#receive(fifo, (message) => this.#takeFifo(fifo, message));
    }
    for (const [index, queue] of copies.entries()) {
      this.#receive(queue, (message) => this.#take(queue, topicLedgers[index] ?? ledgers.standard, message));
    }
    this.#receivers.push(this.#readStream(StreamName));
  }

  /** How many sends were confirmed, of all kinds. */
  confirmed(): number {
    return Object.values(this.ledgers).reduce((sum, ledger) => sum + ledger.confirmed, 0);
  }

  /** What was confirmed and has not been received. */
  missing(): string[] {
    return Object.entries(this.ledgers).flatMap(([name, ledger]) => ledger.missing().map((id) => `${name}: ${id}`));
  }

  async stopSending(): Promise<void> {
    this.#sending = false;
    await Promise.all(this.#senders);
  }

  async stopReceiving(): Promise<void> {
    this.#receiving = false;
    await Promise.all(this.#receivers);
  }

  #send(ledgers: readonly Ledger[], send: (id: string) => Promise<unknown>): void {
    const work = async (): Promise<void> => {
      while (this.#sending) {
        const id = `${this.#next++} ${BODY}`;
        for (const ledger of ledgers) ledger.begin(id);
        const sent = await this.#survives(() => send(id));
        for (const ledger of ledgers) if (sent) ledger.confirm(id);
        for (const ledger of ledgers) if (!sent) ledger.fail(id);
        await pause(PACE_MS);
      }
    };
    this.#senders.push(work());
  }

  /** Every tenth message is delayed. */
  #sendStandard(QueueUrl: string, MessageBody: string): Promise<unknown> {
    const DelaySeconds = Number(MessageBody.split(" ", 1)[0]) % 10 === 0 ? 2 : 0;
    return this.#clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
  }

  /** A send that fails is repeated under its deduplication id. */
  async #sendFifo(queue: string, group: string): Promise<void> {
    const ledger = this.ledgers.fifo;
    for (let number = 1; this.#sending; number++) {
      const id = `${group} ${number}`;
      ledger.begin(id);
      while (!(await this.#survives(() => sendTo(this.#clients.sqs, queue, group, id, `${group}-${number}`))))
        ledger.failures++;
      ledger.confirm(id);
      await pause(FIFO_PACE_MS);
    }
  }

  #receive(QueueUrl: string, take: (message: Message) => Promise<void>): void {
    const work = async (): Promise<void> => {
      while (this.#receiving) {
        let messages: Message[] = [];
        await this.#survives(async () => {
          const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
          messages = (await this.#clients.sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
        });
        for (const message of messages) await take(message);
      }
    };
    this.#receivers.push(work());
  }

  /** Every twentieth message is put back once more; the next receive deletes it. */
  async #takeStandard(QueueUrl: string, message: Message): Promise<void> {
    const { Body = "", ReceiptHandle } = message;
    if (Number(Body.split(" ", 1)[0]) % 20 === 1 && Math.random() < 0.5) {
      const putBack = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      await this.#survives(() => this.#clients.sqs.send(putBack));
      return;
    }
    await this.#take(QueueUrl, this.ledgers.standard, message);
  }

  async #take(QueueUrl: string, ledger: Ledger, { Body = "", ReceiptHandle }: Message): Promise<void> {
    ledger.receive(Body);
    await this.#delete(QueueUrl, ReceiptHandle);
  }

  async #takeFifo(QueueUrl: string, { Body = "", ReceiptHandle }: Message): Promise<void> {
    const [group = "", text] = Body.split(" ");
    const number = Number(text);
    const last = this.#fifoReceived.get(group) ?? 0;
    if (number === last + 1) {
      this.#fifoReceived.set(group, number);
      this.ledgers.fifo.receive(Body);
    } else if (number > last || number <= (this.#fifoDeleted.get(group) ?? 0)) {
      this.violations.push(`${Body} after ${last}, deleted up to ${this.#fifoDeleted.get(group)}`);
    }
    if (await this.#delete(QueueUrl, ReceiptHandle)) this.#fifoDeleted.set(group, number);
  }

  async #delete(QueueUrl: string, ReceiptHandle: string | undefined): Promise<boolean> {
    return this.#survives(() => this.#clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })));
  }

  async #readStream(StreamName: string): Promise<void> {
    let iterator: string | undefined;
    let last = "";
    while (this.#receiving) {
      await this.#survives(async () => {
        iterator ??= await iteratorOf(this.#clients.kinesis, { StreamName });
        const { Records = [], NextShardIterator } = await read(this.#clients.kinesis, iterator);
        iterator = NextShardIterator;
        for (const record of Records) {
          const { SequenceNumber = "" } = record;
          if (SequenceNumber.length === last.length && SequenceNumber <= last)
            this.violations.push(`${SequenceNumber} after ${last}`);
          last = SequenceNumber;
          this.ledgers.stream.receive(textOf(record));
        }
      });
      await pause(100);
    }
  }

  /** Whether the call succeeded. An outage may fail it in one way only. */
  async #survives(call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call();
      return true;
    } catch (error) {
      const ofAws =
        error instanceof SQSServiceException ||
        error instanceof SNSServiceException ||
        error instanceof KinesisServiceException;
      // The connection was lost in between: the message comes again.
      const lost = ofAws && /expired|not available for visibility timeout change/u.test(error.message);
      if (!ofAws || (error.name !== "ServiceUnavailable" && !lost)) this.violations.push(String(error));
      await pause(PACE_MS);
      return false;
    }
  }
}
