// Runs on a real broker, which is somebody else's to the benchmark: it must be left as it was found.
import { join } from "node:path";
import { startBroker, startProxy } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator } from "../../bench/dist/targets/emulator.js";
import { benchFolder, runBench, runWorkload } from "./bench-process.ts";
import type { BenchEnd } from "./bench-process.ts";

const SHORT = "record: { size: 256 }\nduration: 2s\nwarmUp: 1s\nrepeats: 1";

describe("the benchmark on a broker", { timeout: 120_000 }, () => {
  let broker: Broker;

  beforeAll(async () => {
    broker = await startBroker({ plugins: ["rabbitmq_stream"] });
  });
  afterAll(() => broker.stop());

  async function run(load: string, args: readonly string[] = []): Promise<BenchEnd> {
    await using folder = await benchFolder();
    const at = ["--url", broker.url, "--stream-url", broker.streamUrl ?? ""];
    // Awaited here: the folder is removed when this function is left.
    return await runWorkload(folder.path, load, [...at, ...args]);
  }

  /** Everything on the broker that is not its own. */
  async function leftovers(): Promise<string[]> {
    const lists = [await broker.ctl(["list_queues", "-s", "name"]), await broker.ctl(["list_exchanges", "-s", "name"])];
    return lists.flatMap((list) => list.split("\n")).filter((name) => name !== "" && !name.startsWith("amq."));
  }

  test.each([
    ["queues", "scenario: end-to-end\nrate: 300\nconsumers: 2\ntargets: [sqs, amqplib]"],
    ["a topic", "scenario: fan-out\nrate: 200\nconsumers: 1\ngroups: 2\ntargets: [sqs, amqplib]"],
    ["a FIFO queue", "scenario: fifo\nrate: 200\nconsumers: 2\nkeys: { count: 5 }"],
    ["a delay", "scenario: delay\nrate: 200\ndelay: 1\nconsumers: 2\ntargets: [sqs]"],
    ["a backlog", "scenario: receive-delete\nbacklog: 1000\ntargets: [sqs, amqplib]"],
    ["Kinesis", "scenario: get-records\nrate: 5000\nbatch: 100\ntargets: [kinesis-amqp, kinesis-stream]"],
    ["a stream that is resharded", "scenario: reshard\nrate: 2000\nbatch: 100\nshards: 2\ntargets: [kinesis]"],
    ["messages sent by themselves", "scenario: send\nrate: 300\ntargets: [sqs, amqplib]"],
    ["SubscribeToShard", "scenario: subscribe\nrate: 2000\nbatch: 50\ntargets: [kinesis-amqp, kinesis-stream, stream]"],
    ["a stream's backlog", "scenario: catch-up\nbacklog: 5000\ntargets: [kinesis-amqp, kinesis-stream, stream]"],
    ["streams", "scenario: get-records\nrate: 20000\nprocesses: 2\nproducers: 2\nconsumers: 2\ntargets: [stream]"],
  ])("accounts for every record through %s, and leaves nothing behind", async (_what, load) => {
    const { report, code, output } = await run(`${load}\n${SHORT}`);
    expect(output).not.toContain("could not remove");
    for (const { target, runs, error } of report?.targets ?? []) {
      expect(error, target).toBeUndefined();
      expect(runs[0], target).toMatchObject({ pass: true, account: { lost: 0 } });
      expect(runs[0]?.account.received).toBeGreaterThan(300);
    }
    expect(code).toBe(0);
    expect(await leftovers()).toEqual([]);
  });

  test("of a topic's groups it shows over time what one receives", async () => {
    const { report } = await run(`scenario: fan-out\nrate: 200\nconsumers: 1\ngroups: 2\ntargets: [amqplib]\n${SHORT}`);
    const series = report?.targets[0]?.runs[0]?.series ?? [];
    const total = (of: (point: (typeof series)[number]) => number): number =>
      series.reduce((sum, point) => sum + of(point), 0);
    expect(total(({ receivedPerSecond }) => receivedPerSecond)).toBeGreaterThan(0);
    expect(total(({ receivedPerSecond }) => receivedPerSecond)).toBeCloseTo(
      total(({ confirmedPerSecond }) => confirmedPerSecond),
      1,
    );
  });

  test("resumes after every connection was cut, without a loss", async () => {
    const { report, output } = await run(
      `scenario: resume\nrate: max\ninFlight: 1\nbatch: 50\ntargets: [stream, kinesis-amqp, kinesis-stream]\n${SHORT.replace("2s", "4s")}`,
    );
    for (const { target, runs } of report?.targets ?? []) {
      expect(runs[0], `${target}\n${output}`).toMatchObject({ pass: true, account: { lost: 0, outOfOrder: 0 } });
    }
    expect(await leftovers()).toEqual([]);
  });

  test("rabbitmq-stream-js-client, where the broker is new enough for it, loses and disorders nothing", async (context) => {
    context.skip(/^3\.([0-9]|10)\./u.test(broker.version), "it needs RabbitMQ 3.11");
    const { report, output } = await run(
      `scenario: catch-up\nbacklog: 3000\ntargets: [stream-npm, kinesis-npm]\n${SHORT}`,
    );
    for (const { target, runs } of report?.targets ?? []) {
      expect(runs[0], `${target}\n${output}`).toMatchObject({ pass: true, account: { lost: 0, outOfOrder: 0 } });
    }
    expect(await leftovers()).toEqual([]);
  });

  test("our own figures leave nothing behind either", async () => {
    await using folder = await benchFolder();
    const env = { RABBITMQ_URL: broker.url, WARRENMQ_BROKER_VERSION: "" };
    const args = ["sqs", "--quick", "--rounds", "1", "--only", "send-one-at-a-time"];
    const { code, output } = await runBench(args, join(folder.path, "figures.json"), undefined, env);
    expect(code, output).toBe(0);
    expect(await leftovers()).toEqual([]);
  });

  test("Ctrl-C in mid-run leaves nothing behind", async () => {
    await using folder = await benchFolder();
    const load = `scenario: end-to-end\nrate: 200\nduration: 60s\nwarmUp: 1s\ntargets: [sqs]`;
    const end = await runWorkload(folder.path, load, ["--url", broker.url], (child) => {
      let [seen, isStopped] = ["", false];
      child.stderr?.on("data", (text: string) => {
        seen += text;
        if (seen.includes("measuring:") && !isStopped) isStopped = child.kill("SIGINT");
      });
    });
    expect(end.code).toBe(130);
    expect(end.report?.targets[0]?.runs[0]).toMatchObject({ complete: false });
    expect(await leftovers()).toEqual([]);
  });
});

test("a broker that is not there is said to be not there", { timeout: 60_000 }, async () => {
  await using proxy = await startProxy({ target: "amqp://guest:guest@127.0.0.1:1" });
  await proxy.stop();
  await using folder = await benchFolder();
  const { code, output } = await runWorkload(folder.path, `scenario: send\n${SHORT}`, ["--url", proxy.url]);
  expect(code).toBe(1);
  expect(output).toMatch(/^bench: .*no RabbitMQ answers at 127\.0\.0\.1:\d+/mu);
});

test("a broker that dies in mid-run ends the run, and what was measured is kept", { timeout: 120_000 }, async () => {
  await using broker = await startBroker({ own: true });
  await using folder = await benchFolder();
  let killed: Promise<void> | undefined;
  const load = `scenario: end-to-end\nrate: 200\nduration: 8s\nwarmUp: 1s\nrepeats: 1\ntargets: [amqplib]`;
  const end = await runWorkload(folder.path, load, ["--url", broker.url], (child) => {
    child.stderr?.on("data", (text: string) => {
      if (text.includes("measuring:")) killed ??= broker.kill();
    });
  });
  await killed;
  expect(end.code).toBe(1);
  expect(end.report).toMatchObject({ pass: false });
  const run = end.report?.targets[0]?.runs[0];
  expect(run).toMatchObject({ complete: false, pass: false });
  expect(run?.account.confirmed).toBeGreaterThan(0);
});

test("a broker that is full is said to be full, and is left as it was found", { timeout: 180_000 }, async () => {
  await using broker = await startBroker({ own: true });
  await using folder = await benchFolder();
  await broker.ctl(["set_vm_memory_high_watermark", "0.00001"]);
  const load = `scenario: send\nrate: 100\ntargets: [sqs, amqplib]\n${SHORT}`;
  const { code, output, report } = await runWorkload(folder.path, load, ["--url", broker.url]);
  expect(code).toBe(1);
  const [sqs, amqplib] = report?.targets ?? [];
  expect(sqs?.error).toMatch(/accepts no messages for now \(low on memory\)/u);
  expect(amqplib?.runs[0], output).toMatchObject({ pass: false, account: { confirmed: 0, lost: 0 } });
  expect(amqplib?.runs[0]?.errors[0]?.message).toBe("the broker accepts no messages: low on memory");
  expect(output).not.toContain("could not remove");
  expect(await broker.ctl(["list_queues", "-s", "name"])).toBe("");
});

test("the AWS SDK runs against an emulator by name, and against one at an address", { timeout: 120_000 }, async () => {
  await using emulator = await startEmulator("kinesalite");
  await using folder = await benchFolder();
  const load = `scenario: get-records\nrate: 200\nbatch: 20\nshards: 2\ntargets: [kinesalite, aws-kinesis]\n${SHORT}`;
  const { report, code, output } = await runWorkload(folder.path, load, ["--aws-endpoint", emulator.endpoint]);
  for (const { target, runs } of report?.targets ?? []) {
    expect(runs[0], `${target}\n${output}`).toMatchObject({ pass: true, account: { received: 400, lost: 0 } });
  }
  expect(report?.targets).toHaveLength(2);
  expect(code).toBe(0);
});
