// One process of a run: opens the target, and produces and consumes when it is told to.
import { targetNamed } from "../../targets/index.ts";
import type { Producer } from "../../targets/target.ts";
import { tell, workerInput } from "../../worker-process.ts";
import { Consuming } from "../consuming.ts";
import { errorText } from "../error-text.ts";
import type { Command, Job, JobMessage } from "../job.ts";
import type { ProcessUse } from "../machine-watch.ts";
import { watchProcess } from "../machine-watch.ts";
import { ProducerRun } from "../producing.ts";
import { readSamples } from "../samples.ts";
import { TimeSlots } from "../time-slots.ts";

const PROGRESS_MS = 250;

// Ctrl-C reaches all processes of a terminal: the starter ends this one when it has its results.
process.on("SIGINT", () => undefined);

const report = (message: JobMessage): void => tell(message);
const fail = (error: unknown): void => report({ type: "failed", error: errorText(error) });

const job: Job = JSON.parse(workerInput());
let startEpochMs = 0;
const nowMs = (): number => performance.timeOrigin + performance.now() - startEpochMs;
const stopping = new AbortController();
const slots = new TimeSlots(job.durationMs);
const consuming = new Consuming(job, slots, nowMs, fail);
let runs: ProducerRun[] = [];

try {
  const target = targetNamed(job.target);
  const samples = await readSamples(job.workload);
  const session = await target.open(job.endpoint);
  const producers = new Map<number, Producer>();
  for (const number of job.producers) producers.set(number, await session.producer(job.request));
  let endWatch = watchProcess();
  let use: ProcessUse | undefined;

  const produce = async (): Promise<void> => {
    runs = [...producers].map(
      ([number, producer]) =>
        new ProducerRun({
          job,
          number,
          producer,
          samples,
          slots,
          nowMs,
          encoding: target.encoding,
          signal: stopping.signal,
        }),
    );
    await Promise.all(runs.map((run) => run.run()));
    // What comes afterwards, a drain say, is not what is measured.
    if (job.flow !== "consume") use = endWatch();
    const hopeless = runs.find(({ log }) => log.isHopeless);
    if (hopeless !== undefined) fail(new Error(`the target answers nothing but errors: ${hopeless.log.lastError}`));
    report({ type: "produced" });
  };

  const finish = async (): Promise<void> => {
    stopping.abort();
    use ??= endWatch();
    await consuming.close();
    const errors = new Map<string, number>();
    for (const { log } of runs) {
      for (const [message, count] of log.errors) errors.set(message, (errors.get(message) ?? 0) + count);
    }
    report({
      type: "result",
      sent: runs.map(({ sent }) => sent),
      ledgers: [...consuming.ledgers.values()].map((ledger) => ledger.state()),
      slots: slots.state(),
      errors: [...errors],
      use,
      firstMs: consuming.firstMs,
      lastMs: consuming.lastMs,
      held: runs.reduce((sum, { held }) => sum + held, 0),
    });
    // Only now: a broker that is full does not answer to it.
    await Promise.allSettled([...producers.values()].map((producer) => producer.close()));
    await session[Symbol.asyncDispose]();
  };

  process.on("message", (command: Command) => {
    switch (command.type) {
      case "produce":
        startEpochMs = command.startEpochMs;
        endWatch();
        endWatch = watchProcess();
        produce().catch(fail);
        break;
      case "consume":
        startEpochMs = command.startEpochMs;
        if (job.flow === "consume") {
          endWatch();
          endWatch = watchProcess();
        }
        consuming.start(session).then(() => report({ type: "consuming" }), fail);
        break;
      case "stop-producing":
        stopping.abort();
        break;
      case "finish":
        finish().catch(fail);
        break;
    }
  });

  setInterval(() => {
    report({
      type: "progress",
      sent: runs.reduce((sum, { count }) => sum + count, 0),
      confirmed: runs.reduce((sum, { log }) => sum + log.confirmed, 0),
      failed: runs.reduce((sum, { log }) => sum + log.failedCount, 0),
      received: consuming.received,
      error: runs.find(({ log }) => log.lastError !== null)?.log.lastError ?? null,
    });
  }, PROGRESS_MS);
  report({ type: "ready" });
} catch (error) {
  fail(error);
}
