import { Presets, SingleBar } from "cli-progress";
import type { RunProgress } from "./run-workload.ts";

/** Without a terminal: how often a run tells how far it is. */
const LINE_MS = 5_000;

/** A bar with rates on a terminal, lines in a log; both on standard error. */
export function runProgressOn(stream: NodeJS.WriteStream): RunProgress {
  return stream.isTTY ? barOn(stream) : linesOn(stream);
}

function linesOn(stream: NodeJS.WriteStream): RunProgress {
  let [toldMs, title] = [0, ""];
  const rate = rateMeter();
  return {
    begin: (name) => {
      title = name;
      toldMs = performance.now();
      rate.reset();
      stream.write(`${title} …\n`);
    },
    update: (phase, progress) => {
      if (performance.now() - toldMs < LINE_MS) return;
      toldMs = performance.now();
      const failed = progress.failed > 0 ? `, ${progress.failed} failed (${progress.error})` : "";
      const { sent, received } = rate.of(progress);
      stream.write(`  ${phase}: ${amount(sent)} sent/s, ${amount(received)} received/s${failed}\n`);
    },
    end: (result) => {
      if (result === undefined) return;
      const times = result.arrival ?? result.send;
      const latency = times === null ? "" : `, p99 ${times.p99Ms.toFixed(1)} ms`;
      const rates = Math.max(result.confirmedPerSecond, result.receivedPerSecond);
      const verdict = result.pass ? "" : `: ${result.notes.join("; ")}`;
      stream.write(`  ${result.pass ? "ok" : "FAILED"}, ${amount(rates)} records/s${latency}${verdict}\n`);
    },
  };
}

function barOn(stream: NodeJS.WriteStream): RunProgress {
  const format = "{title} {bar} {phase}  {sent} sent/s  {received} received/s  {failed}";
  const options = { stream, format, hideCursor: true, clearOnComplete: true, barsize: 24, gracefulExit: false };
  const rate = rateMeter();
  let bar: SingleBar | undefined;
  let expected = 1;
  return {
    begin: (title, expectedMs) => {
      expected = expectedMs;
      rate.reset();
      bar = new SingleBar(options, Presets.shades_classic);
      bar.start(expectedMs, 0, { title, phase: "", sent: "0", received: "0", failed: "" });
    },
    update: (phase, progress, elapsedMs) => {
      const { sent, received } = rate.of(progress);
      const failed = progress.failed > 0 ? `${progress.failed} failed` : "";
      bar?.update(Math.min(expected, elapsedMs), { phase, sent: amount(sent), received: amount(received), failed });
    },
    end: () => bar?.stop(),
  };
}

interface Counts {
  readonly confirmed: number;
  readonly received: number;
}

/** Rates between two looks. */
function rateMeter(): { reset: () => void; of: (counts: Counts) => { sent: number; received: number } } {
  let before: Counts & { readonly atMs: number } = { confirmed: 0, received: 0, atMs: 0 };
  return {
    reset: () => {
      before = { confirmed: 0, received: 0, atMs: performance.now() };
    },
    of: ({ confirmed, received }) => {
      const atMs = performance.now();
      const seconds = Math.max(0.001, (atMs - before.atMs) / 1000);
      const rates = {
        sent: (confirmed - before.confirmed) / seconds,
        received: (received - before.received) / seconds,
      };
      before = { confirmed, received, atMs };
      return rates;
    },
  };
}

function amount(value: number): string {
  return Math.round(Math.max(0, value)).toLocaleString("en-US");
}
