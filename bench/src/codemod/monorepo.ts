import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FigureSpec } from "../method/figure.ts";
import type { LocalScenario } from "../method/scenario.ts";
import { median, spread } from "../method/statistics.ts";
import { WorkerProcess } from "../worker-process.ts";
import { makeProject } from "./make-project.ts";
import type { PassReport } from "./workers/measured.ts";

const FILES = 20_000;
/** jscodeshift takes about a minute for all files, so it gets a part of them, and the codemod the same part. */
const COMPARED_FILES = 2_000;
const MAX_ROUNDS = 5;

const wall: FigureSpec = {
  name: "monorepo-wall",
  title: `Time for a dry run over ${FILES} files, start of the process included`,
  unit: "s",
  target: { atMost: 10 },
};
const memory: FigureSpec = {
  name: "monorepo-rss",
  title: "Highest RSS of that run",
  unit: "MB",
  target: { atMost: 400 },
};
const cpu: FigureSpec = {
  name: "jscodeshift-cpu",
  title: `CPU time over ${COMPARED_FILES} files ÷ that of jscodeshift making the same change of imports`,
  unit: "×",
  target: { atMost: 0.125 },
};

/** The codemod over a large monorepo, and beside jscodeshift over a part of it. */
export const monorepo: LocalScenario = {
  name: "monorepo",
  needsBroker: false,
  figures: [wall, memory, cpu],
  measure: async ({ effort, progress, signal }) => {
    const rounds = Math.min(effort.rounds, MAX_ROUNDS);
    progress.expect(4 * rounds);
    const whole = await mkdtemp(join(tmpdir(), "warrenmq-bench-"));
    const part = await mkdtemp(join(tmpdir(), "warrenmq-bench-"));
    try {
      makeProject(whole, FILES);
      makeProject(part, COMPARED_FILES);
      const passes: Record<"whole" | "codemod" | "jscodeshift" | "prefiltered", PassReport[]> = {
        whole: [],
        codemod: [],
        jscodeshift: [],
        prefiltered: [],
      };
      for (let round = 0; round < rounds && !signal.aborted; round++) {
        passes.whole.push(await pass("codemod-pass", { folder: whole }));
        progress.advance();
        passes.codemod.push(await pass("codemod-pass", { folder: part }));
        progress.advance();
        passes.jscodeshift.push(await pass("jscodeshift-pass", { folder: part, isPrefiltered: false }));
        progress.advance();
        passes.prefiltered.push(await pass("jscodeshift-pass", { folder: part, isPrefiltered: true }));
        progress.advance();
      }
      checkSameWork(passes.codemod, passes.jscodeshift);
      const ratios = passes.codemod.map(({ cpuMs }, round) => cpuMs / (passes.jscodeshift[round]?.cpuMs ?? Number.NaN));
      const times = passes.whole.map(({ wallMs }) => wallMs / 1_000);
      return {
        [wall.name]: { value: median(times), spread: spread(times), details: { codemod: summary(passes.whole) } },
        [memory.name]: { value: Math.max(...passes.whole.map(({ maxRssMb }) => maxRssMb)) },
        [cpu.name]: {
          value: median(ratios),
          spread: spread(ratios),
          details: {
            codemod: summary(passes.codemod),
            jscodeshift: summary(passes.jscodeshift),
            "jscodeshift behind a substring test": summary(passes.prefiltered),
          },
        },
      };
    } finally {
      await rm(whole, { recursive: true });
      await rm(part, { recursive: true });
    }
  },
};

async function pass(worker: string, input: object): Promise<PassReport> {
  await using process = new WorkerProcess<PassReport>(new URL(`workers/${worker}.js`, import.meta.url), input);
  // Awaited here: the worker ends when this function does.
  const report = await process.next();
  return report;
}

/** A tool that finds less is faster. */
function checkSameWork(ours: readonly PassReport[], theirs: readonly PassReport[]): void {
  const counts = new Set([...ours, ...theirs].map(({ changed }) => changed));
  if (counts.size > 1) throw new Error(`the two changed different numbers of files: ${[...counts].join(", ")}`);
}

function summary(passes: readonly PassReport[]): Record<string, number> {
  return {
    wallMs: median(passes.map(({ wallMs }) => wallMs)),
    cpuMs: median(passes.map(({ cpuMs }) => cpuMs)),
    maxRssMb: median(passes.map(({ maxRssMb }) => maxRssMb)),
  };
}
