import { setTimeout as sleep } from "node:timers/promises";
import { isLarge } from "../rabbitmq/order.ts";
import type { Report } from "../rabbitmq/report.ts";
import type { Books } from "./books.ts";
import { Worker } from "./worker.ts";

const INTO_MID_WORK_MS = 500;

/** All processes of the order service. One consumer is killed in mid-work, and replaced. */
export class Team {
  /** Orders in the hands of the consumer that was killed. */
  heldAtCrash = 0;
  readonly #queue: string;
  readonly #books: Books;
  readonly #log: (line: string) => void;
  readonly #workers = new Set<Worker>();
  #hired = 0;
  #crash: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(queue: string, books: Books, log: (line: string) => void) {
    this.#queue = queue;
    this.#books = books;
    this.#log = log;
  }

  /** Starts a consumer process. */
  addConsumer(): void {
    this.#add(`consumer ${++this.#hired}`, "consumer", []);
  }

  /** Starts a producer process. */
  addProducer(shop: string, retail: number, wholesale: number, large: number): void {
    this.#add(`producer ${shop}`, "producer", [shop, String(retail), String(wholesale), String(large)]);
  }

  /** Throws when a process has failed. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends all processes. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    await this.#crash;
    await Promise.all([...this.#workers].map((worker) => worker.stop(signal)));
  }

  #add(name: string, program: "consumer" | "producer", args: readonly string[]): void {
    const worker = new Worker(name, program, [this.#queue, ...args], (report) => this.#enter(report, worker));
    this.#workers.add(worker);
    void this.#watch(worker);
  }

  async #watch(worker: Worker): Promise<void> {
    const how = await worker.ended;
    this.#workers.delete(worker);
    if (how !== "0" && how !== "SIGKILL") this.#failure = new Error(`${worker.name} ended with ${how}`);
  }

  #enter(report: Report, worker: Worker): void {
    this.#books.enter(report, worker.name);
    if (report.event === "received" && report.orders.some(isLarge)) this.#crash ??= this.#crashInMidWork(worker);
  }

  async #crashInMidWork(worker: Worker): Promise<void> {
    await sleep(INTO_MID_WORK_MS);
    // Counted first: the moment it is dead, the broker gives its orders to others.
    this.heldAtCrash = this.#books.bury(worker.name);
    await worker.stop("SIGKILL");
    this.#log(`${worker.name} was killed with ${this.heldAtCrash} orders in hand; a new consumer takes its place.`);
    this.addConsumer();
  }
}
