import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Report } from "../rabbitmq/report.ts";

/** One process of the order service. */
export class Worker {
  readonly name: string;
  /** How it ended: an exit code or a signal. It does not reject. */
  readonly ended: Promise<string>;
  readonly #process: ChildProcess;

  /** Starts `rabbitmq/<program>.js` and hands over what it reports. */
  constructor(name: string, program: "producer" | "consumer", args: readonly string[], onReport: OnReport) {
    this.name = name;
    this.#process = fork(new URL(`../rabbitmq/${program}.js`, import.meta.url), [...args]);
    this.#process.on("message", (report: Report) => onReport(report, this));
    // "close" comes after the last report, "exit" may come before it.
    this.ended = once(this.#process, "close").then(([code, signal]) => String(signal ?? code));
  }

  /** Asks the process to finish what it has in hand (SIGTERM), or kills it where it stands (SIGKILL), and waits for its end. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#process.kill(signal);
    await this.ended;
  }
}

/** Called for every report of a worker. */
export type OnReport = (report: Report, worker: Worker) => void;
