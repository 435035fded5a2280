import { setTimeout as sleep } from "node:timers/promises";
import { readHeader } from "../load/record-header.ts";
import type { RecordHeader } from "../load/record-header.ts";
import type { ConsumerRequest, FakeBehaviour, Target } from "./target.ts";

/** No broker: everything happens in this process, as the behaviour says. For tests of the method and for its own cost. */
export const fakeTarget: Target = {
  name: "fake",
  title: "no broker: known latencies, stalls and losses",
  encoding: "binary",
  resources: ["queue", "fifo", "topic", "stream"],
  needs: ["fake"],
  readings: ["poll", "push"],
  canReshard: true,
  canResume: true,
  canDelay: true,
  open: ({ fake = { latenciesMs: [0] } }) => {
    const bus = new FakeBus(fake);
    return Promise.resolve({
      create: () => Promise.resolve(),
      remove: () => Promise.resolve(),
      reshard: () => Promise.resolve(),
      producer: () =>
        Promise.resolve({
          send: (records) => bus.send(records.map(({ body }) => readHeader(body))),
          close: () => Promise.resolve(),
        }),
      consumer: (_request, options) => Promise.resolve(bus.consume(options)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  },
};

type Header = RecordHeader | undefined;

class FakeBus {
  readonly #behaviour: FakeBehaviour;
  /** By group; what comes before there is a consumer waits. */
  readonly #consumers = new Map<number, ConsumerRequest[]>();
  readonly #backlog: Header[][] = [];
  #startMs: number | undefined;
  #calls = 0;
  #records = 0;
  #held: Header;
  #stalled: Promise<void> | undefined;

  constructor(behaviour: FakeBehaviour) {
    this.#behaviour = behaviour;
  }

  async send(headers: readonly Header[]): Promise<void> {
    this.#startMs ??= performance.now();
    const { latenciesMs, failEvery } = this.#behaviour;
    const call = ++this.#calls;
    const latencyMs = latenciesMs[call % latenciesMs.length] ?? 0;
    // All calls wait for one promise: they go on in the order in which they came.
    const stall = this.#stall();
    if (stall !== undefined) await stall;
    const isFailing = failEvery !== undefined && call % failEvery === 0;
    if (!isFailing) this.#store(headers);
    if (latencyMs > 0) await sleep(latencyMs);
    if (isFailing) throw new Error("the fake target fails this call");
  }

  consume(options: ConsumerRequest): { close(): Promise<void> } {
    const consumers = this.#consumers.get(options.group) ?? [];
    consumers.push(options);
    this.#consumers.set(options.group, consumers);
    if (options.member === 0) for (const headers of this.#backlog) options.onRecords(headers);
    return {
      close: () => {
        consumers.splice(consumers.indexOf(options), 1);
        return Promise.resolve();
      },
    };
  }

  /** What a call that begins now has to wait for. */
  #stall(): Promise<void> | undefined {
    const { stall } = this.#behaviour;
    const nowMs = performance.now() - (this.#startMs ?? 0);
    if (stall === undefined || nowMs < stall.atMs || nowMs >= stall.atMs + stall.forMs) return undefined;
    return (this.#stalled ??= sleep(stall.atMs + stall.forMs - nowMs));
  }

  #store(headers: readonly Header[]): void {
    const { loseEvery = 0, duplicateEvery = 0, swapEvery = 0 } = this.#behaviour;
    const stored: Header[] = [];
    for (const header of headers) {
      const number = ++this.#records;
      if (loseEvery > 0 && number % loseEvery === 0) continue;
      if (swapEvery > 0 && number % swapEvery === 0 && this.#held === undefined) {
        this.#held = header;
        continue;
      }
      stored.push(header);
      if (duplicateEvery > 0 && number % duplicateEvery === 0) stored.push(header);
      if (this.#held === undefined) continue;
      stored.push(this.#held);
      this.#held = undefined;
    }
    if (this.#consumers.size === 0) this.#backlog.push(stored);
    for (const consumers of this.#consumers.values()) consumers[0]?.onRecords(stored);
  }
}
