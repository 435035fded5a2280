import { writeFile } from "node:fs/promises";
import { startBroker } from "@warrenmq/testing";
import { interruptSignal } from "./commands/interrupt.ts";
import type { CliOptions } from "./cli-options.ts";
import { effort } from "./method/effort.ts";
import type { Figure } from "./method/figure.ts";
import { runScenarios } from "./method/run-scenarios.ts";
import { isLocal } from "./method/scenario.ts";
import type { Measuring } from "./method/scenario.ts";
import { selectScenarios } from "./method/select-scenarios.ts";
import { targetText, valueText, verdict } from "./report/figure-text.ts";
import { figuresMarkdown } from "./report/figures-markdown.ts";
import { progressOn } from "./report/progress.ts";
import { headline, reportHeading, writeReport } from "./report/report.ts";
import { figuresTable } from "./report/table.ts";
import { suiteScenarios } from "./suites.ts";

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
  const heading = await reportHeading(options.suites, broker, chosenEffort);
  log(headline(heading));
  const measuring: Measuring = { effort: chosenEffort, progress: progressOn(process.stderr), signal };
  const onFigures = (figures: readonly Figure[]): void => figures.forEach((figure) => log(resultLine(figure)));
  const figures =
    broker === undefined
      ? await runScenarios(measuring, scenarios.filter(isLocal), { onFigures })
      : await runScenarios({ ...measuring, broker }, scenarios, { onFigures });
  const complete = !signal.aborted;
  process.stdout.write(`${headline(heading)}\n${figuresTable(figures)}\n`);
  if (!complete) log("interrupted: the other figures were not measured");
  const report = { ...heading, complete, figures };
  if (options.json !== undefined) await writeReport(options.json, report);
  if (options.markdown !== undefined) await writeFile(options.markdown, await figuresMarkdown(report));
  return complete && figures.every(({ value }) => value !== null) ? 0 : 1;
}

function resultLine(figure: Figure): string {
  const why = figure.error === undefined ? "" : `: ${figure.error}`;
  return `  ${figure.name}: ${valueText(figure)} (${targetText(figure)}) ${verdict(figure)}${why}`;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
