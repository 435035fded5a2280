import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { on, once } from "node:events";

/** A process of its own for what must not share the load's event loop, or must be measured alone. Ends with this one. */
export class WorkerProcess<Message> implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended = new AbortController();

  constructor(script: URL, input: object) {
    const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
    this.#child = fork(script, [JSON.stringify(input)], { env });
    this.#child.once("exit", (code) => this.#ended.abort(new Error(`${script.pathname} ended (exit code ${code})`)));
  }

  /** Whether the process is gone. */
  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Tells the worker something. One that is gone hears nothing. */
  send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** What the worker tells, as it comes. Rejects when the worker ends; stop reading before. */
  async *messages(signal?: AbortSignal): AsyncGenerator<Message> {
    const signals = signal === undefined ? [this.#ended.signal] : [this.#ended.signal, signal];
    const either = AbortSignal.any(signals);
    try {
      for await (const [message] of on(this.#child, "message", { signal: either })) yield message;
    } catch (error) {
      throw either.aborted ? either.reason : error;
    }
  }

  /** The next thing that the worker tells. */
  async next(): Promise<Message> {
    for await (const message of this.messages()) return message;
    throw new Error("the worker told nothing");
  }

  /** Resolves when the worker has ended by itself. */
  async ended(): Promise<void> {
    if (!this.hasEnded) await once(this.#child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.hasEnded) return;
    const exited = once(this.#child, "exit");
    this.#child.kill();
    await exited;
  }
}

/** In a worker: what it was started with, as JSON. The two ends are of one build, so its type is what the starter gave. */
export function workerInput(): string {
  return process.argv[2] ?? "null";
}

/** In a worker: tells the starter. A worker whose starter is gone ends. */
export function tell(message: object): void {
  process.send?.(message);
}

process.once("disconnect", () => process.exit());
