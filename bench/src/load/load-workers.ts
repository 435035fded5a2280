import { WorkerProcess } from "../worker-process.ts";
import { errorText } from "./error-text.ts";
import type { Command, Job, JobMessage, JobProgress, JobResult } from "./job.ts";

const NOTHING: JobProgress = { type: "progress", sent: 0, confirmed: 0, failed: 0, received: 0, error: null };
/** How long the results are waited for when a run ends. */
const RESULT_MS = 60_000;

/** The processes of a run. */
export class LoadWorkers implements AsyncDisposable {
  readonly #workers: {
    readonly process: WorkerProcess<JobMessage>;
    progress: JobProgress;
    result: JobResult | undefined;
    isReady: boolean;
    isConsuming: boolean;
    hasProduced: boolean;
  }[] = [];
  #failure: string | undefined;
  #isEnding = false;
  #changed: () => void = () => undefined;

  constructor(jobs: readonly Job[]) {
    for (const job of jobs) {
      const process = new WorkerProcess<JobMessage>(new URL("workers/load-worker.js", import.meta.url), job);
      const worker = {
        process,
        progress: NOTHING,
        result: undefined,
        isReady: false,
        isConsuming: false,
        hasProduced: false,
      };
      this.#workers.push(worker);
      this.#listen(this.#workers.length - 1).catch((error: unknown) => this.#fail(errorText(error)));
    }
  }

  /** Why the run cannot go on. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** All processes together. */
  get progress(): JobProgress {
    const all = this.#workers.map(({ progress }) => progress);
    const sum = (of: (progress: JobProgress) => number): number => all.reduce((total, one) => total + of(one), 0);
    return {
      type: "progress",
      sent: sum(({ sent }) => sent),
      confirmed: sum(({ confirmed }) => confirmed),
      failed: sum(({ failed }) => failed),
      received: sum(({ received }) => received),
      error: all.find(({ error }) => error !== null)?.error ?? null,
    };
  }

  get isReady(): boolean {
    return this.#workers.every(({ isReady }) => isReady);
  }

  get isConsuming(): boolean {
    return this.#workers.every(({ isConsuming }) => isConsuming);
  }

  get hasProduced(): boolean {
    return this.#workers.every(({ hasProduced }) => hasProduced);
  }

  tell(command: Command): void {
    for (const { process } of this.#workers) process.send(command);
  }

  /** Resolves when the condition holds, a process failed, the signal fired, or the time is over. @returns whether it holds */
  async until(condition: () => boolean, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    const endMs = performance.now() + timeoutMs;
    while (!condition()) {
      const leftMs = endMs - performance.now();
      if (this.#failure !== undefined || signal?.aborted === true || leftMs <= 0) return false;
      await this.#nextChange(Math.min(leftMs, 100));
    }
    return true;
  }

  /** Ends the run, and gives what the processes have; those that do not answer in time have nothing. */
  async results(): Promise<JobResult[]> {
    this.#isEnding = true;
    this.tell({ type: "finish" });
    const endMs = performance.now() + RESULT_MS;
    while (this.#workers.some(({ result }) => result === undefined) && performance.now() < endMs) {
      if (this.#workers.every(({ result, process }) => result !== undefined || process.hasEnded)) break;
      await this.#nextChange(100);
    }
    return this.#workers.flatMap(({ result }) => (result === undefined ? [] : [result]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#workers.map(({ process }) => process[Symbol.asyncDispose]()));
  }

  async #listen(index: number): Promise<void> {
    const worker = this.#workers[index];
    if (worker === undefined) return;
    for await (const message of worker.process.messages()) {
      switch (message.type) {
        case "ready":
          worker.isReady = true;
          break;
        case "consuming":
          worker.isConsuming = true;
          break;
        case "produced":
          worker.hasProduced = true;
          break;
        case "progress":
          worker.progress = message;
          break;
        case "result":
          worker.result = message;
          break;
        case "failed":
          this.#fail(message.error);
          break;
      }
      this.#changed();
    }
  }

  #fail(error: string): void {
    if (this.#isEnding) return;
    this.#failure ??= error;
    this.#changed();
  }

  #nextChange(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
