import { setTimeout as sleep } from "node:timers/promises";
import type { Producer } from "../targets/target.ts";
import { keyChoice } from "../workload/record-keys.ts";
import { recordSource } from "../workload/record-sizes.ts";
import { scheduleOf } from "../workload/schedule.ts";
import type { Sent } from "./account.ts";
import { CallLog } from "./call-log.ts";
import type { Job } from "./job.ts";
import { paceCalls } from "./pacer.ts";
import { RecordMaker, setDueTime } from "./record-maker.ts";
import type { RecordBatch } from "./record-maker.ts";
import type { TimeSlots } from "./time-slots.ts";

/** What a producer is given. */
export interface Producing {
  readonly job: Job;
  readonly encoding: "binary" | "text";
  readonly samples: readonly Buffer[];
  /** Its number among all producers of the run. */
  readonly number: number;
  readonly producer: Producer;
  readonly slots: TimeSlots;
  /** Milliseconds since the start of the run. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** An open loop lets no more records than these wait for their answers. */
const MOST_RECORDS = 100_000;
const MOST_CALLS = 5_000;
/** How long the answers to the last calls are waited for. */
const LAST_ANSWERS_MS = 30_000;
const REST_AFTER_FAILURE_MS = 50;

/** Makes and sends the records of one producer, and keeps account of them. */
export class ProducerRun {
  readonly log: CallLog = new CallLog();
  /** Calls that had to wait for room. */
  held = 0;
  readonly #with: Producing;
  readonly #maker: RecordMaker;
  readonly #underWay = new Map<number, { readonly records: number }>();
  #wake: (() => void) | undefined;
  /** Of the records that were made, the last ones that were never sent. */
  #unsent = 0;

  constructor(options: Producing) {
    this.#with = options;
    const { job, number, encoding, samples } = options;
    const seed = job.workload.seed + number * 7919;
    this.#maker = new RecordMaker({
      run: job.run,
      producer: number,
      encoding,
      source: recordSource(job.workload.record, samples, seed),
      nextKey: keyChoice(job.workload.keys, seed + 1),
      keyCount: job.workload.keys.count,
    });
  }

  /** The fate of its records. Those whose calls have not been answered count as failed: they may be stored or not. */
  get sent(): Sent {
    const { number } = this.#with;
    const unanswered = [...this.#underWay].map(([from, { records }]): [number, number] => [from, from + records]);
    return { producer: number, count: this.count, failed: [...this.log.failed, ...unanswered] };
  }

  /** How many records it has sent. */
  get count(): number {
    return this.#maker.count - this.#unsent;
  }

  /** Sends until the time is over, or the records are there, or it is stopped. Never rejects; see `log`. */
  async run(): Promise<void> {
    const { job, nowMs } = this.#with;
    const { segments } = job;
    if (nowMs() < 0) await sleep(-nowMs() + 1);
    await (segments === null ? this.#closedLoop() : this.#openLoop());
    for (const endMs = performance.now() + LAST_ANSWERS_MS; this.#underWay.size > 0 && performance.now() < endMs;) {
      await Promise.race([this.#nextAnswer(), sleep(100)]);
    }
  }

  async #closedLoop(): Promise<void> {
    const { job, nowMs } = this.#with;
    const { inFlight, batch } = job.workload;
    const limit = job.records ?? Number.POSITIVE_INFINITY;
    const isTimed = job.flow === "pass-through";
    const caller = async (): Promise<void> => {
      while ((job.records !== null || nowMs() < job.durationMs) && this.#maker.count < limit && !this.#isOver) {
        const made = this.#maker.next(Math.min(batch, limit - this.#maker.count));
        // Making the records is not the target's time.
        const startMs = nowMs();
        if (isTimed) setDueTime(made, startMs);
        if (!(await this.#call(made, startMs))) await sleep(REST_AFTER_FAILURE_MS);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, caller));
  }

  async #openLoop(): Promise<void> {
    const { job, nowMs, number } = this.#with;
    const schedule = scheduleOf(job.segments ?? []);
    const { producers, batch } = job.workload;
    const mostCalls = Math.max(1, Math.min(MOST_CALLS, Math.floor(MOST_RECORDS / batch)));
    // Producers take the calls in turn, so that together they keep the rate evenly.
    let call = number;
    let next: RecordBatch | undefined;
    const over = new AbortController();
    await paceCalls({
      nextDueMs: () => {
        const dueMs = this.#isOver ? undefined : schedule.dueMs(call);
        call += producers;
        // Made before it is due, while there is time.
        if (dueMs !== undefined) setDueTime((next = this.#maker.next(batch)), dueMs);
        return dueMs;
      },
      nowMs,
      start: (dueMs) => {
        this.#with.slots.timed("lateness", dueMs, nowMs() - dueMs);
        if (next !== undefined) void this.#call(next, dueMs);
        next = undefined;
      },
      room: () => {
        if (this.#underWay.size < mostCalls) return undefined;
        this.held++;
        return this.#room(mostCalls, over);
      },
      isExact: job.isExact,
      signal: AbortSignal.any([this.#with.signal, over.signal]),
    });
    // Made, and never due.
    if (next !== undefined) this.#unsent = next.records.length;
  }

  async #room(mostCalls: number, over: AbortController): Promise<void> {
    while (this.#underWay.size >= mostCalls) {
      if (this.#isOver || this.#with.nowMs() > this.#with.job.durationMs + LAST_ANSWERS_MS) return over.abort();
      await Promise.race([this.#nextAnswer(), sleep(100)]);
    }
  }

  /** Sends one call. @returns whether all of it is stored */
  async #call(batch: RecordBatch, dueMs: number): Promise<boolean> {
    const { producer, slots, nowMs, job } = this.#with;
    const { from } = batch;
    const records = batch.records.length;
    this.#underWay.set(from, { records });
    const startMs = nowMs();
    let stored = records;
    try {
      await producer.send(batch.records);
      this.log.succeeded(records);
      this.#maker.giveBack(batch);
    } catch (error) {
      stored = this.log.failedCall(from, records, error);
    }
    this.#underWay.delete(from);
    this.#wake?.();
    if (job.flow === "consume") return stored === records;
    const endMs = nowMs();
    slots.confirmed(endMs, stored);
    slots.timed("send", dueMs, endMs - dueMs);
    if (job.segments !== null) slots.timed("service", dueMs, endMs - startMs);
    return stored === records;
  }

  get #isOver(): boolean {
    return this.#with.signal.aborted || this.log.isHopeless;
  }

  #nextAnswer(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
