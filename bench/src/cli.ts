#!/usr/bin/env node
import { startBroker } from "@warrenmq/testing";
import { parseCommandLine } from "./cli-options.ts";
import { effort } from "./method/effort.ts";
import type { Figure } from "./method/figure.ts";
import { runScenarios } from "./method/run-scenarios.ts";
import { selectScenarios } from "./method/select-scenarios.ts";
import { targetText, valueText, verdict } from "./report/figure-text.ts";
import { progressOn } from "./report/progress.ts";
import { headline, reportHeading, writeReport } from "./report/report.ts";
import { figuresTable } from "./report/table.ts";
import { suiteScenarios } from "./suites.ts";

const options = parseCommandLine(process.argv.slice(2));
const scenarios = selectScenarios(suiteScenarios(options.suites, options.soakSeconds), options.only);
const chosenEffort = effort(options.quick, options.rounds);

const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort(new Error("interrupted")));

await using broker = await startBroker();
const heading = await reportHeading(options.suites, broker, chosenEffort);
process.stderr.write(`${headline(heading)}\n`);

const bench = { broker, effort: chosenEffort, progress: progressOn(process.stderr), signal: interrupt.signal };
const figures = await runScenarios(bench, scenarios, (figure) => process.stderr.write(`${resultLine(figure)}\n`));
const complete = !interrupt.signal.aborted;

process.stdout.write(`${headline(heading)}\n${figuresTable(figures)}\n`);
if (options.json !== undefined) await writeReport(options.json, { ...heading, complete, figures });
// A figure that falls short is a result; one that could not be measured, or an interrupted run, is a failure.
process.exitCode = complete && figures.every(({ value }) => value !== null) ? 0 : 1;

function resultLine(figure: Figure): string {
  return `  ${figure.name}: ${valueText(figure)} (${targetText(figure)}) ${verdict(figure)}`;
}
