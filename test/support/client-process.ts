import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type * as Kinesis from "@warrenmq/client-kinesis";
import type * as Sqs from "@warrenmq/client-sqs";
import { inject } from "vitest";

const FIXTURE = fileURLToPath(new URL("fixtures/client-process.mjs", import.meta.url));

/** The commands that other processes are asked to run. */
interface Commands {
  /** Sets the wall clock of that process off by so many milliseconds; timers go on. */
  shiftClock: [number, unknown];
  putRecord: [Omit<Kinesis.PutRecordCommandInput, "Data"> & { Data: string }, Kinesis.PutRecordCommandOutput];
  getShardIterator: [Kinesis.GetShardIteratorCommandInput, Kinesis.GetShardIteratorCommandOutput];
  /** The records' data do not survive the way. */
  getRecords: [Kinesis.GetRecordsCommandInput, Kinesis.GetRecordsCommandOutput];
  changeMessageVisibility: [Sqs.ChangeMessageVisibilityCommandInput, unknown];
  changeMessageVisibilityBatch: [
    Sqs.ChangeMessageVisibilityBatchCommandInput,
    Sqs.ChangeMessageVisibilityBatchCommandOutput,
  ];
  deleteMessage: [Sqs.DeleteMessageCommandInput, unknown];
  deleteMessageBatch: [Sqs.DeleteMessageBatchCommandInput, Sqs.DeleteMessageBatchCommandOutput];
  getQueueAttributes: [Sqs.GetQueueAttributesCommandInput, Sqs.GetQueueAttributesCommandOutput];
  sendMessage: [Sqs.SendMessageCommandInput, Sqs.SendMessageCommandOutput];
  receiveMessage: [Sqs.ReceiveMessageCommandInput, Sqs.ReceiveMessageCommandOutput];
}

interface Answer {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** An SQS and a Kinesis client in a process of their own, which ends with the `await using` that holds it. */
export class ClientProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  constructor() {
    const env = {
      ...process.env,
      TEST_BROKER_URL: inject("brokerUrl"),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
    this.#child = fork(FIXTURE, { env, execArgv: [] });
    this.#child.on("message", (answer: Answer) => this.#pending.get(answer.id)?.(answer));
  }

  /** Runs a command there. Rejects with an error of the name and message that it failed with. */
  async send<C extends keyof Commands>(command: C, input: Commands[C][0]): Promise<Commands[C][1]> {
    const id = ++this.#lastId;
    const answered = new Promise<Answer>((resolve) => this.#pending.set(id, resolve));
    this.#child.send({ id, command, input });
    const { output, error } = await answered;
    if (error !== undefined) throw Object.assign(new Error(error.message), { name: error.name });
    return output;
  }

  /** Receives messages there until `count` have come. */
  async receive(QueueUrl: string, count: number, VisibilityTimeout = 30): Promise<Sqs.Message[]> {
    const received: Sqs.Message[] = [];
    while (received.length < count) {
      const input = { QueueUrl, VisibilityTimeout, MaxNumberOfMessages: count - received.length, WaitTimeSeconds: 5 };
      const { Messages = [] } = await this.send("receiveMessage", input);
      if (Messages.length === 0) throw new Error(`the other process received ${received.length} of ${count} messages`);
      received.push(...Messages);
    }
    return received;
  }

  /** Ends the process as a crash does (SIGKILL). */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  /** Stops the process without ending it: nothing answers. */
  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
