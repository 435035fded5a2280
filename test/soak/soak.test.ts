import { mkdirSync } from "node:fs";
import { KinesisClient } from "@warrenmq/client-kinesis";
import { SNSClient } from "@warrenmq/client-sns";
import { SQSClient } from "@warrenmq/client-sqs";
import { pause } from "@warrenmq/core/internal";
import { startBroker, startProxy, until } from "@warrenmq/testing";
import { expect, test } from "vitest";
import { injectFault, type FaultyLoad, type InjectedFault } from "../support/fault-schedule.ts";
import { seededRandom } from "../support/random.ts";
import { MixedLoad } from "../support/soak/mixed-load.ts";
import { writeReport } from "../support/soak/report.ts";
import { growthOf, takeSample, type Sample } from "../support/soak/samples.ts";
import { countTimers } from "../support/soak/live-timers.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

const MINUTES = Number(process.env["WARRENMQ_SOAK_MINUTES"] ?? 10);
const FOLDER = process.env["WARRENMQ_SOAK_FOLDER"] ?? "soak-report";
const DURATION_MS = MINUTES * 60_000;
const SAMPLE_MS = Math.min(15_000, DURATION_MS / 40);
/** The last fault is over so long before the end that the last samples see the rest. */
const QUIET_MS = Math.min(30_000, DURATION_MS / 5);

test(
  `a process under mixed load and faults for ${MINUTES} minutes loses nothing and does not grow`,
  async () => {
    countTimers(); // from the first timer on
    const random = seededRandom("soak");
    await using broker = await startBroker({ own: true });
    await using proxy = await startProxy({ target: broker.url });
    const rabbitmq = { url: proxy.url, heartbeatSeconds: 2, timeoutMs: 30_000 };
    const clients = {
      sqs: new SQSClient({ rabbitmq }),
      sns: new SNSClient({ rabbitmq }),
      kinesis: new KinesisClient({ rabbitmq }),
    };
    const load = new MixedLoad(clients);
    await load.start();
    const startMs = performance.now();
    const secondsNow = (): number => (performance.now() - startMs) / 1_000;
    const samples: Sample[] = [];
    const faults: (InjectedFault & { readonly seconds: number })[] = [];
    const sampling = async (): Promise<void> => {
      while (performance.now() - startMs < DURATION_MS) {
        const sample = await takeSample(secondsNow(), broker, proxy, load);
        samples.push(sample);
        console.log(JSON.stringify(sample));
        await pause(SAMPLE_MS);
      }
    };
    const disturbing = async (): Promise<void> => {
      // RabbitMQ itself loses queues and streams that are younger in a crash.
      await pause(Math.min(15_000, DURATION_MS / 4));
      await broker.syncToDisk();
      while (performance.now() - startMs < DURATION_MS - QUIET_MS) {
        const seconds = Math.round(secondsNow());
        const fault = random() < 0.4 ? "cut" : "broker";
        const bytes = 1 + Math.floor(random() * 10_000);
        if (fault === "cut") proxy.cutAfter(random() < 0.5 ? { toBroker: bytes } : { toClient: bytes });
        else faults.push({ ...(await injectFault([broker], random, watched(load))), seconds });
        await pause(5_000 + random() * 15_000);
      }
    };
    await Promise.all([sampling(), disturbing()]);

    await load.stopSending();
    await until(() => load.missing().length === 0, { what: "every message", timeoutMs: 60_000 }).catch(() => undefined);
    await load.stopReceiving();
    const growth = growthOf(samples);
    const ledgers = Object.fromEntries(Object.entries(load.ledgers).map(([name, ledger]) => [name, ledger.counts()]));
    mkdirSync(FOLDER, { recursive: true });
    writeReport(FOLDER, {
      command: `npm run test:soak -- --minutes ${MINUTES} --seed ${process.env["WARRENMQ_SEED"]}`,
      brokerVersion: broker.version,
      growth,
      ledgers,
      violations: load.violations,
      missing: load.missing().length,
      faults,
      samples,
    });
    console.table(growth);
    console.table(ledgers);
    for (const client of Object.values(clients)) client.destroy();
    expect(load.missing()).toEqual([]);
    expect(load.violations).toEqual([]);
    expect(load.ledgers.fifo.again + load.ledgers.stream.again).toBe(0);
    expect(growth.filter(({ first, last, limit }) => last - first > limit)).toEqual([]);
  },
  DURATION_MS + 240_000,
);

/** Calls get through when every kind of sender has had an answer. */
function watched(load: MixedLoad): FaultyLoad {
  return {
    async getsThrough() {
      const before = Object.values(load.ledgers).map(({ confirmed }) => confirmed);
      const through = (): boolean =>
        Object.values(load.ledgers).every(({ confirmed }, index) => confirmed > (before[index] ?? 0));
      await until(through, { what: "every kind of send to succeed again", timeoutMs: 90_000 });
    },
    longestGapMs: () => 0,
  };
}
