// The method must report right what is known beforehand: the target is no broker, but one that does as it is told.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TrialResult } from "../../bench/src/load/trial-result.ts";
import manifest from "../../bench/package.json" with { type: "json" };
import { benchFolder, runBench, runWorkload } from "../bench/bench-process.ts";
import type { BenchEnd } from "../bench/bench-process.ts";

const LOAD = `
scenario: get-records
targets: [fake]
batch: 1
consumers: 1
record: { size: 64 }
pacing: exact
repeats: 1
`;

describe("the method", { timeout: 90_000 }, () => {
  test("a known distribution of latencies is reported, from the due times on", async () => {
    // One call in ten takes 400 ms, the others 40 ms.
    const latenciesMs = [400, ...Array.from({ length: 9 }, () => 40)];
    const { run } = await fakeRun("rate: 100\nduration: 4s\nwarmUp: 1s", { latenciesMs });
    expect(run.account).toMatchObject({ sent: 400, confirmed: 400, received: 400, lost: 0 });
    expect(run.send?.count).toBe(300);
    expect(run.send?.p50Ms).toBeGreaterThanOrEqual(39);
    expect(run.send?.p50Ms).toBeLessThan(200);
    expect(run.send?.percentiles.find(({ percent }) => percent === 95)?.ms).toBeGreaterThanOrEqual(399);
    expect(run.send?.p99Ms).toBeLessThan(800);
  });

  test("a stall is paid for by every call that was due meanwhile, not only by those under way", async () => {
    const stall = { atMs: 2_000, forMs: 1_000 };
    const { run } = await fakeRun("rate: 200\nduration: 4s\nwarmUp: 1s", { latenciesMs: [0], stall });
    expect(run.account).toMatchObject({ sent: 800, received: 800, lost: 0 });
    // A third of the calls were due in the stall, and waited for between 0 and 1,000 ms: a tenth for more than 700.
    expect(run.send?.p90Ms).toBeGreaterThan(600);
    expect(run.send?.maxMs).toBeGreaterThanOrEqual(950);
    expect(run.arrival?.p90Ms).toBeGreaterThan(600);
    const waiting = run.series.filter(({ sendP50Ms }) => (sendP50Ms ?? 0) > 100);
    expect(waiting.length).toBeGreaterThanOrEqual(3);
  });

  test("every lost, repeated and disordered record is counted, and a loss fails the run", async () => {
    const load = "rate: 1000\nduration: 2s\nwarmUp: 1s\nkeys: { count: 1 }\nbatch: 10";
    const { code, run, output } = await fakeRun(load, { latenciesMs: [0], loseEvery: 100, duplicateEvery: 251 });
    expect(run).toMatchObject({
      pass: false,
      complete: true,
      account: { sent: 2_000, confirmed: 2_000, received: 1_980, lost: 20, duplicated: 7, outOfOrder: 0 },
    });
    expect(code).toBe(1);
    expect(output).toContain("20 confirmed records were lost");
  });

  test("a broken order fails the run", async () => {
    const load = "rate: 1000\nduration: 2s\nwarmUp: 1s\nkeys: { count: 1 }\nbatch: 10";
    const { code, run } = await fakeRun(load, { latenciesMs: [0], swapEvery: 600 });
    expect(run).toMatchObject({ pass: false, account: { lost: 0, outOfOrder: 3 } });
    expect(code).toBe(1);
  });

  test("while shards are split, calls under way at once have no order: a disorder is shown, and fails nothing", async () => {
    const load = "scenario: reshard\nrate: 1000\nduration: 2s\nwarmUp: 1s\nkeys: { count: 1 }\nbatch: 10";
    const { code, run, output } = await fakeRun(load, { latenciesMs: [0], swapEvery: 600 });
    expect(run).toMatchObject({ pass: true, account: { lost: 0, outOfOrder: 3 } });
    expect(output).toContain("'inFlight: 1' decides");
    expect(code).toBe(0);
  });

  test("what the target refuses is no loss, and is shown", async () => {
    const { code, run, output } = await fakeRun("rate: 100\nduration: 2s\nwarmUp: 1s", {
      latenciesMs: [0],
      failEvery: 10,
    });
    expect(run).toMatchObject({
      pass: true,
      account: { sent: 200, confirmed: 180, failed: 20, received: 180, lost: 0 },
    });
    expect(run.errors).toEqual([{ message: "the fake target fails this call", count: 20 }]);
    expect(code).toBe(0);
    expect(output).toContain("20 records were not confirmed");
  });

  test("a backlog is read from its first to its last record", async () => {
    const { run } = await fakeRun("scenario: catch-up\nbacklog: 5000\nbatch: 100", { latenciesMs: [0] });
    expect(run).toMatchObject({ pass: true, account: { sent: 5_000, received: 5_000 } });
    expect(run.receivedPerSecond).toBeGreaterThan(5_000);
  });

  test("the search finds what a target with one answer at a time can do", async () => {
    // 10 calls in flight that take 50 ms each are 200 calls a second.
    const load = "rate: search\nduration: 2s\nwarmUp: 1s\ninFlight: 10";
    const { report } = await fakeRun(load, { latenciesMs: [50] });
    const [searched] = report?.targets[0]?.searched ?? [];
    // An open loop has more in flight: whatever is offered up to the ceiling of the closed loop is sustained.
    expect(searched?.sustainedPerSecond).toBeGreaterThan(100);
    expect(searched?.sustainedPerSecond).toBeLessThanOrEqual(201);
    expect(searched?.trials.every(({ sustained }) => sustained)).toBe(true);
  });

  test("Ctrl-C keeps what was measured, and says that it is not all", async () => {
    await using folder = await benchFolder();
    const fake = JSON.stringify({ latenciesMs: [1] });
    const end = await runWorkload(folder.path, `${LOAD}\nrate: 100\nduration: 60s`, ["--fake", fake], (child) => {
      let [seen, isStopped] = ["", false];
      child.stderr?.on("data", (text: string) => {
        seen += text;
        if (seen.includes("measuring:") && !isStopped) isStopped = child.kill("SIGINT");
      });
    });
    expect(end.code).toBe(130);
    expect(end.output).toContain("interrupted: the figures are those of the time until then");
    expect(end.report).toMatchObject({ complete: false, pass: false });
    const run = end.report?.targets[0]?.runs[0];
    expect(run).toMatchObject({ complete: false, account: { lost: 0 } });
    expect(run?.account.received).toBeGreaterThan(100);
  });

  test("mistakes are named before anything runs", async () => {
    await using folder = await benchFolder();
    const run = async (text: string): Promise<string> => {
      const { code, output } = await runWorkload(folder.path, text);
      expect(code).toBe(1);
      return output;
    };
    expect(await run("scenario: send\nproducer: 1")).toMatch(/^bench: .*load\.yaml:2:1: unknown key 'producer'$/mu);
    expect(await run("targets: [sqs]")).toContain(
      "the target sqs cannot run the scenario get-records: it has no stream",
    );
    expect(await run("targets: [none]")).toContain('there is no target "none"; there are: sqs');
    expect(await run("scenario: send\nrate: 1\nduration: 1s\nbatch: 2")).toContain("not even two calls of 2 records");
  });

  test("an emulator is looked for where the command runs, as 'npm install' puts it there", async () => {
    await using folder = await benchFolder();
    const place = join(folder.path, "node_modules", "fauxqs");
    await mkdir(place, { recursive: true });
    // Like the real one it can only be imported.
    const fauxqs = { name: "fauxqs", type: "module", exports: { ".": { import: "./app.js" } } };
    await writeFile(join(place, "package.json"), JSON.stringify(fauxqs));
    await writeFile(join(place, "app.js"), `export const startFauxqs = () => { throw new Error("found here"); };`);
    const { code, output } = await runWorkload(folder.path, "scenario: send\ntargets: [fauxqs]");
    expect(output).toContain("cannot start the emulator fauxqs: found here");
    expect(code).toBe(1);
  });

  test("the version is that of the package, and what is no command is said to be none", async () => {
    expect(await runBench(["--version"], undefined)).toMatchObject({ code: 0, output: `${manifest.version}\n` });
    const { code, output } = await runBench(["rum", "clicks"], undefined);
    expect(code).toBe(1);
    expect(output).toContain("'rum' is neither a command (run, quick, verdict, compare, report, help) nor a suite (");
  });

  test("a worse report is a regression by exit code", async () => {
    await using folder = await benchFolder();
    const [a, b] = [join(folder.path, "a.json"), join(folder.path, "b.json")];
    const load = `${LOAD}\nduration: 2s\nwarmUp: 1s\ninFlight: 4`.replace("repeats: 1", "repeats: 2");
    const file = join(folder.path, "load.yaml");
    await writeFile(file, load);
    await runBench(["run", file, "--fake", JSON.stringify({ latenciesMs: [10] })], a);
    await runBench(["run", file, "--fake", JSON.stringify({ latenciesMs: [40] })], b);
    const worse = await runBench(["compare", a, b], undefined);
    expect(worse.output).toMatch(/fake .* sendP50Ms .* worse/u);
    expect(worse.code).toBe(1);
    const same = await runBench(["compare", a, a], undefined);
    expect(same.output).toContain("no regression");
    expect(same.code).toBe(0);
  });
});

async function fakeRun(load: string, fake: object): Promise<BenchEnd & { readonly run: TrialResult }> {
  await using folder = await benchFolder();
  // A line of the test's own stands for one of the common ones.
  const given = load.split("\n").map((line) => line.split(":")[0] ?? "");
  const rest = LOAD.split("\n").filter((line) => !given.includes(line.split(":")[0] ?? ""));
  const end = await runWorkload(folder.path, [...rest, load].join("\n"), ["--fake", JSON.stringify(fake)]);
  const run = end.report?.targets[0]?.runs[0];
  if (run === undefined) throw new Error(end.output);
  return { ...end, run };
}
