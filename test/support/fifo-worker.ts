import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";

/** A message as a worker received it. */
export interface WorkerMessage {
  readonly messageId: string;
  readonly handle: string;
  readonly deduplicationId: string;
  readonly group: string;
  readonly sequence: string;
}

/** What a worker can be told, and what it answers. */
export interface WorkerCommands {
  send: {
    input: { readonly entries: readonly { readonly group: string; readonly deduplicationId: string }[] };
    result: { readonly messageId: string; readonly sequence: string }[];
  };
  receive: {
    input: { readonly max: number; readonly visibilitySeconds: number; readonly waitSeconds: number };
    result: WorkerMessage[];
  };
  delete: { input: { readonly handle: string }; result: undefined };
  changeVisibility: { input: { readonly handle: string; readonly visibilitySeconds: number }; result: undefined };
}

/** The worker was killed before it answered: what it was doing may have happened or not. */
export class WorkerKilled extends Error {}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** A process of its own with an SQSClient of its own. */
export class FifoWorker {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #lastId = 0;

  constructor(brokerUrl: string, queueUrl: string) {
    this.#child = fork(new URL("../sqs/fixtures/fifo-worker.mjs", import.meta.url), [brokerUrl, queueUrl]);
    this.#child.on("message", (reply: Reply) => this.#answered(reply));
    this.#child.on("exit", () => {
      for (const waiting of this.#waiting.values()) waiting.reject(new WorkerKilled());
      this.#waiting.clear();
    });
  }

  /** Tells the worker what to do. Rejects with the error's name, or with {@link WorkerKilled}. */
  call<Name extends keyof WorkerCommands>(
    command: Name,
    input: WorkerCommands[Name]["input"],
  ): Promise<WorkerCommands[Name]["result"]> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fixture answers each command with its type
      this.#waiting.set(id, { resolve: (result) => resolve(result as WorkerCommands[Name]["result"]), reject });
      this.#child.send({ id, command, input }, (error) => {
        if (error !== null) reject(new WorkerKilled());
      });
    });
  }

  /** Kills the process with SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return; // a test has killed it
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  #answered({ id, result, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(Object.assign(new Error(error.message), { name: error.name }));
  }
}
