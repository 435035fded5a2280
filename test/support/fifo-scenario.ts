import type { FifoHistory, ReceiveEvent } from "./fifo-history.ts";
import { FifoWorker, WorkerKilled, type WorkerMessage } from "./fifo-worker.ts";

interface Held {
  readonly message: WorkerMessage;
  readonly event: ReceiveEvent;
}

const WORKERS = 3;
const GROUPS = 6;
/** Calls that each worker has under way at once. */
const LANES = 2;
/** Longer than any visibility timeout that is used. */
const QUIET_MS = 5_000;
const DRAIN_MS = 60_000;

/** Random work on a FIFO queue by several processes, and the history of what came of it. */
export class FifoScenario implements AsyncDisposable {
  readonly history: FifoHistory = { sends: [], receives: [], deletes: [] };
  readonly #brokerUrl: string;
  readonly #queueUrl: string;
  readonly #random: () => number;
  readonly #workers: FifoWorker[];
  /** What each worker holds, as far as we know. */
  readonly #held: Held[][];
  /** Sends whose outcome is not known, or that are to be repeated. */
  readonly #repeatable: { group: string; deduplicationId: string }[] = [];
  #stepsLeft = 0;
  #sent = 0;
  #kills = 0;
  #repeats = 0;

  constructor(brokerUrl: string, queueUrl: string, seed: number) {
    this.#brokerUrl = brokerUrl;
    this.#queueUrl = queueUrl;
    this.#random = randomNumbers(seed);
    this.#workers = Array.from({ length: WORKERS }, () => new FifoWorker(brokerUrl, queueUrl));
    this.#held = this.#workers.map(() => []);
  }

  /** Does that many random steps. */
  async run(steps: number): Promise<void> {
    this.#stepsLeft = steps;
    const lanes = this.#workers.flatMap((_, worker) => Array.from({ length: LANES }, () => this.#lane(worker)));
    await Promise.all(lanes);
  }

  /** Receives and deletes until nothing comes any more. */
  async drain(): Promise<void> {
    const deadline = performance.now() + DRAIN_MS;
    let lastMs = performance.now();
    const drain = async (worker: number): Promise<void> => {
      while (performance.now() - lastMs < QUIET_MS && performance.now() < deadline) {
        const held = this.#held[worker]?.slice() ?? [];
        await Promise.all(held.map((one) => this.#delete(worker, one)));
        if ((await this.#receive(worker, 10, 30, 1)) > 0) lastMs = performance.now();
      }
    };
    await Promise.all([...this.#workers.keys()].map(drain));
    if (performance.now() >= deadline) throw new Error("The queue does not become empty.");
  }

  /** How much was done. */
  summary(): string {
    const { receives, deletes } = this.history;
    return `${this.#sent} sent, ${this.#repeats} repeated, ${receives.length} received, ${deletes.length} deleted, ${this.#kills} kills`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()));
  }

  async #lane(worker: number): Promise<void> {
    while (this.#stepsLeft-- > 0) {
      try {
        await this.#step(worker);
      } catch (error) {
        if (!(error instanceof WorkerKilled)) throw error;
      }
    }
  }

  #step(worker: number): Promise<unknown> {
    const dice = this.#random();
    if (dice < 0.3) return this.#send(worker);
    if (dice < 0.55) return this.#receive(worker, 1 + this.#below(10), this.#pick([1, 2, 4]), this.#pick([0, 0, 0, 1]));
    if (dice < 0.995) return this.#settle(worker, dice);
    return this.#kill(worker);
  }

  #settle(worker: number, dice: number): Promise<unknown> {
    // Oldest first most of the time, as an application does that keeps the order.
    const held = this.#held[worker]?.[dice < 0.95 ? 0 : this.#below(3)];
    if (held === undefined) return this.#receive(worker, 10, 5, 0);
    if (dice < 0.9) return this.#delete(worker, held);
    return this.#changeVisibility(worker, held, this.#pick([0, 0, 2]));
  }

  async #send(worker: number): Promise<void> {
    const entries = Array.from({ length: 1 + this.#below(5) }, () => this.#entry());
    const told = new Map<number, { messageId: string; sequence: string }>();
    try {
      const results = await this.#worker(worker).call("send", { entries });
      for (const [index, result] of results.entries()) told.set(index, result);
    } finally {
      for (const [index, entry] of entries.entries()) {
        const { messageId, sequence } = told.get(index) ?? { messageId: undefined, sequence: undefined };
        this.history.sends.push({ ...entry, messageId, sequence });
        if (told.size === 0 || this.#random() < 0.2) this.#repeatable.push(entry);
      }
    }
  }

  #entry(): { group: string; deduplicationId: string } {
    const repeated = this.#random() < 0.2 ? this.#repeatable.shift() : undefined;
    if (repeated !== undefined) {
      this.#repeats++;
      return repeated;
    }
    return { group: `g${this.#below(GROUPS)}`, deduplicationId: `m${++this.#sent}` };
  }

  async #receive(worker: number, max: number, visibilitySeconds: number, waitSeconds: number): Promise<number> {
    const startMs = performance.now();
    const messages = await this.#worker(worker).call("receive", { max, visibilitySeconds, waitSeconds });
    const endMs = performance.now();
    const answer = new Set(messages.map(({ messageId }) => messageId));
    for (const message of messages) {
      const { messageId, deduplicationId, group, sequence } = message;
      // The timeout may have begun as early as the call.
      const freeFromMs = startMs + visibilitySeconds * 1_000;
      const event = { worker, startMs, endMs, messageId, deduplicationId, group, sequence, answer, freeFromMs };
      this.history.receives.push(event);
      this.#held[worker]?.push({ message, event });
    }
    return messages.length;
  }

  async #delete(worker: number, held: Held): Promise<void> {
    this.#drop(worker, held);
    const { messageId, handle } = held.message;
    const startMs = performance.now();
    held.event.freeFromMs = Math.min(held.event.freeFromMs, startMs);
    let endMs = Infinity;
    try {
      await this.#worker(worker).call("delete", { handle });
      endMs = performance.now();
    } catch (error) {
      if (isExpired(error)) return; // nothing was deleted
      if (!(error instanceof WorkerKilled)) throw error;
    }
    this.history.deletes.push({ messageId, startMs, endMs });
  }

  async #changeVisibility(worker: number, held: Held, visibilitySeconds: number): Promise<void> {
    // At once: the other lane may be changing it too.
    if (visibilitySeconds === 0) this.#drop(worker, held);
    const startMs = performance.now();
    held.event.freeFromMs = Math.min(held.event.freeFromMs, startMs);
    try {
      await this.#worker(worker).call("changeVisibility", { handle: held.message.handle, visibilitySeconds });
      // Deleted or given back meanwhile by the other lane?
      if (this.#held[worker]?.includes(held) === true) held.event.freeFromMs = startMs + visibilitySeconds * 1_000;
    } catch (error) {
      if (!isExpired(error)) throw error;
      this.#drop(worker, held);
    }
  }

  async #kill(worker: number): Promise<void> {
    this.#kills++;
    const now = performance.now();
    for (const { event } of this.#held[worker]?.splice(0) ?? []) event.freeFromMs = Math.min(event.freeFromMs, now);
    await this.#worker(worker).kill();
    // Received in the meantime.
    for (const { event } of this.#held[worker]?.splice(0) ?? []) event.freeFromMs = Math.min(event.freeFromMs, now);
    this.#workers[worker] = new FifoWorker(this.#brokerUrl, this.#queueUrl);
  }

  #worker(index: number): FifoWorker {
    const worker = this.#workers[index];
    if (worker === undefined) throw new Error(`There is no worker ${index}.`);
    return worker;
  }

  #drop(worker: number, held: Held): void {
    const list = this.#held[worker];
    const index = list?.indexOf(held) ?? -1;
    if (index >= 0) list?.splice(index, 1);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick(values: readonly number[]): number {
    return values[this.#below(values.length)] ?? 0;
  }
}

/** What a FIFO queue answers to a handle whose visibility timeout is over. */
function isExpired(error: unknown): boolean {
  return error instanceof Error && error.name === "InvalidParameterValue";
}

/** Mulberry32: numbers from 0 to 1 that depend on the seed alone. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
