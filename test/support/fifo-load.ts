import { DeleteMessageCommand, SQSServiceException, type Message, type SQSClient } from "@warrenmq/client-sqs";
import { poll, sendTo } from "./fifo.ts";

/** Load on a FIFO queue: each group has one sender, which counts from 1, and repeats a send that fails under its deduplication id. */
export class FifoLoad {
  /** The last number that each group's sender was told of. */
  readonly sent = new Map<string, number>();
  /** Numbers of each group in the order in which they were received first. */
  readonly received = new Map<string, number[]>();
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #messageIds = new Map<string, string>();
  readonly #deleted = new Set<string>();
  readonly #faults: string[] = [];
  readonly #senders: Promise<void>[] = [];
  readonly #receivers: Promise<void>[] = [];
  #sending = true;
  #receiving = true;

  constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  /** Begins. */
  start(groups: number, receivers: number): void {
    for (let group = 0; group < groups; group++) this.#senders.push(this.#send(`g${group}`));
    for (let receiver = 0; receiver < receivers; receiver++) this.#receivers.push(this.#receive());
  }

  /** How many messages were sent. */
  sentCount(): number {
    return [...this.sent.values()].reduce((sum, last) => sum + last, 0);
  }

  /** How many messages were received and deleted. */
  deletedCount(): number {
    return this.#deleted.size;
  }

  /** Sends no more; resolves when the last send has ended. */
  async stopSending(): Promise<void> {
    this.#sending = false;
    await Promise.all(this.#senders);
  }

  /** Receives no more. */
  async stopReceiving(): Promise<void> {
    this.#receiving = false;
    await Promise.all(this.#receivers);
  }

  /** What AWS would not do: a loss, a duplicate, a message that comes back after it was deleted, a broken order. */
  violations(): string[] {
    const found = [...this.#faults];
    for (const [group, last] of this.sent) {
      const numbers = this.received.get(group) ?? [];
      if (numbers.length !== last) found.push(`${group}: ${last} sent, ${numbers.length} received`);
      if (numbers.some((number, index) => number !== index + 1)) found.push(`${group}: received ${numbers.join(" ")}`);
    }
    return found;
  }

  async #send(group: string): Promise<void> {
    let number = 0;
    while (this.#sending) {
      number++;
      await insist(() => sendTo(this.#sqs, this.#queueUrl, group, `${group} ${number}`, `${group}-${number}`));
      this.sent.set(group, number);
    }
  }

  async #receive(): Promise<void> {
    while (this.#receiving) {
      const messages = await insist(() => poll(this.#sqs, { QueueUrl: this.#queueUrl, WaitTimeSeconds: 1 }));
      for (const message of messages) this.#note(message);
      for (const message of messages) await this.#delete(message);
    }
  }

  #note({ Body = "", MessageId = "" }: Message): void {
    const [group = "", text] = Body.split(" ");
    if (this.#deleted.has(Body)) this.#faults.push(`${Body} came back after it was deleted`);
    const known = this.#messageIds.get(Body);
    if (known !== undefined && known !== MessageId) this.#faults.push(`${Body} is ${known} and ${MessageId}`);
    if (known !== undefined) return;
    this.#messageIds.set(Body, MessageId);
    this.received.set(group, [...(this.received.get(group) ?? []), Number(text)]);
  }

  async #delete({ Body = "", ReceiptHandle }: Message): Promise<void> {
    try {
      await insist(() => this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle })));
      this.#deleted.add(Body);
    } catch (error) {
      // The connection was lost in between: the message comes again.
      if (!(error instanceof Error) || !error.message.includes("expired")) throw error;
    }
  }
}

/** Does `work` until it succeeds: the broker goes away under it. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SQSServiceException) || error.name !== "ServiceUnavailable") throw error;
    }
  }
}
