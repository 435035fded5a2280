import { startBroker } from "@warrenmq/testing";
import { interruptSignal } from "./commands/interrupt.ts";
import { leaveAsFound } from "./load/broker-footprint.ts";
import type { CliOptions } from "./cli-options.ts";
import { effort } from "./method/effort.ts";
import type { Figure } from "./method/figure.ts";
import { runScenarios } from "./method/run-scenarios.ts";
import type { RunScenariosOptions } from "./method/run-scenarios.ts";
import { isLocal } from "./method/scenario.ts";
import type { Measuring } from "./method/scenario.ts";
import { selectScenarios } from "./method/select-scenarios.ts";
import { targetText, valueText, verdict } from "./report/figure-text.ts";
import { figuresMarkdown } from "./report/figures-markdown.ts";
import { progressOn } from "./report/progress.ts";
import { headline, reportHeading, writeReport, writeWhole } from "./report/report.ts";
import type { Report } from "./report/report.ts";
import { figuresTable } from "./report/table.ts";
import { suiteOfFigure, suiteScenarios } from "./suites.ts";

/**
 * Measures what was asked for, on the broker of `RABBITMQ_URL` or one that is started for the run if one is needed; prints
 * progress to standard error and the results to standard output.
 * @returns the exit code: 0 when every figure was measured, whether or not it reached its target, else 1
 * @throws Error when there is no such figure, or no broker
 */
export async function runBench(options: CliOptions): Promise<number> {
  const scenarios = selectScenarios(suiteScenarios(options.suites, options.soakSeconds), options.only);
  const signal = interruptSignal();
  const isBrokerNeeded = !scenarios.every((scenario) => isLocal(scenario));
  await using broker = isBrokerNeeded ? await startBroker() : undefined;
  const chosenEffort = effort(options.quick, options.rounds);
  const heading = await reportHeading(options, broker, chosenEffort);
  const startMs = performance.now();
  log(headline(heading));
  const measuring: Measuring = { effort: chosenEffort, progress: progressOn(process.stderr), signal };
  const figures: Figure[] = [];
  const reportNow = (complete: boolean): Report => {
    return { ...heading, seconds: Math.round((performance.now() - startMs) / 1000), complete, figures };
  };
  const running: RunScenariosOptions = {
    totalSeconds: options.limitSeconds,
    onFigures: async (measured) => {
      figures.push(...measured);
      measured.forEach((figure) => log(resultLine(figure)));
      // Whatever becomes of the rest of the run, these are kept.
      if (options.json !== undefined) await writeReport(options.json, reportNow(false));
    },
  };
  if (broker === undefined) await runScenarios(measuring, scenarios.filter(isLocal), running);
  else await leaveAsFound(broker, () => runScenarios({ ...measuring, broker }, scenarios, running));
  const report = reportNow(!signal.aborted);
  process.stdout.write(`${headline(heading)}\n${figuresTable(figures)}\n`);
  if (!report.complete) log("interrupted: the other figures were not measured");
  if (options.json !== undefined) await writeReport(options.json, report);
  if (options.markdown !== undefined) await writeWhole(options.markdown, await figuresMarkdown(report, suiteOfFigure));
  endSoon();
  return report.complete && figures.every(({ value }) => value !== null) ? 0 : 1;
}

/** What a scenario that was given up has left running must not keep the process. */
function endSoon(): void {
  setTimeout(() => process.exit(), END_MS).unref();
}

const END_MS = 10_000;

function resultLine(figure: Figure): string {
  const why = figure.error === undefined ? "" : `: ${figure.error}`;
  return `  ${figure.name}: ${valueText(figure)} (${targetText(figure)}) ${verdict(figure)}${why}`;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
