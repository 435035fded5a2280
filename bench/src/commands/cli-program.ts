import { createRequire } from "node:module";
import { Command, InvalidArgumentError } from "commander";
import { parseCommandLine } from "../cli-options.ts";
import { runBench } from "../run-bench.ts";
import { SUITE_NAMES } from "../suite-names.ts";
import { targetNames } from "../targets/index.ts";
import { PRESETS } from "../workload/presets.ts";
import { SCENARIO_NAMES } from "../workload/workload.ts";
import { WorkloadError } from "../workload/workload-error.ts";
import { compareCommand } from "./compare.ts";
import { quickCommand } from "./quick.ts";
import type { QuickFlags } from "./quick.ts";
import { reportCommand } from "./report.ts";
import type { OutputOptions } from "./outputs.ts";
import { runCommand } from "./run.ts";
import type { RunFlags } from "./run.ts";
import { verdictCommand } from "./verdict.ts";
import type { NeedFlags } from "./need-options.ts";

const COMMANDS: ReadonlySet<string> = new Set(["run", "quick", "verdict", "compare", "report", "help"]);

/** Runs the command that the arguments name, and sets the exit code. What is no command is a list of suites of our own figures. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const [first = "--help"] = argv;
  const isOption = first === "--help" || first === "-h" || first === "--version" || first === "-V";
  if (!COMMANDS.has(first) && !isOption) {
    const suites = ["all", ...SUITE_NAMES];
    if (!first.startsWith("-") && !suites.includes(first)) {
      const [commands, names] = [[...COMMANDS].join(", "), suites.join(", ")];
      throw new WorkloadError(`'${first}' is neither a command (${commands}) nor a suite (${names})`);
    }
    process.exitCode = await runBench(parseCommandLine(argv));
    return;
  }
  const program = programOf((code) => {
    process.exitCode = code;
  });
  await program.parseAsync(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
}

function programOf(end: (code: number) => void): Command {
  const program = new Command("warrenmq-bench")
    .description(
      "Measures what a broker can do with your load: the same scenario on WarrenMQ, plain RabbitMQ clients, AWS and local emulators.",
    )
    .version(packageVersion())
    .addHelpText("after", HELP);
  const run = program
    .command("run")
    .description("run a workload file or a preset, and report")
    .argument("<workload>", `a YAML file, or one of: ${Object.keys(PRESETS).join(", ")}`)
    .option("--targets <name...>", `where to run it: ${targetNames().join(", ")}`)
    .option("--duration <time>", "how long each run lasts (10s, 5m)")
    .option("--repeats <n>", "runs of each target", wholeNumber);
  outputs(needs(endpoints(run))).action(async (workload: string, flags: RunFlags) =>
    end(await runCommand(workload, flags)),
  );
  // For the tests of the method: a target that does as it is told.
  run.addOption(run.createOption("--fake <json>").hideHelp());

  const quick = program
    .command("quick")
    .description("in less than a minute: would the stream that you have on Kinesis fit on this broker?")
    .option("--size <bytes>", "size of a record; otherwise that of the metrics, or 1 KiB", wholeNumber);
  outputs(needs(endpoints(quick))).action(async (flags: QuickFlags) => end(await quickCommand(flags)));

  const verdict = program
    .command("verdict")
    .description("hold the report of a run against what you have on Kinesis")
    .argument("<report>", "what 'run --json' wrote");
  needs(verdict).action(async (report: string, flags: NeedFlags) => end(await verdictCommand(report, flags)));

  program
    .command("compare")
    .description("hold the report B against A; exit code 1 when B is worse")
    .argument("<A>")
    .argument("<B>")
    .option("--throughput <share>", "rates may fall to this share (0.85)", positiveNumber)
    .option("--latency <factor>", "latencies may grow to this (1.2)", positiveNumber)
    .option("--cost <factor>", "CPU and memory may grow to this (1.25)", positiveNumber)
    .action(async (a: string, b: string, flags: object) => end(await compareCommand(a, b, flags)));

  const report = program
    .command("report")
    .description("show a report again, or as Markdown or HTML")
    .argument("<report>", "what 'run --json' wrote")
    .option("--markdown <file>", "write it as Markdown")
    .option("--html <file>", "write it as one page with charts");
  report.action(async (file: string, flags: OutputOptions) => end(await reportCommand(file, flags)));
  return program;
}

function packageVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)("../../package.json");
  return version;
}

function endpoints(command: Command): Command {
  return command
    .option("--url <amqp-url>", "your broker; otherwise RABBITMQ_URL, or one that is started for the run")
    .option("--stream-url <url>", "its stream protocol, where that is not at port 5552")
    .option("--aws-endpoint <url>", "for the AWS SDK's targets: an emulator instead of AWS");
}

function needs(command: Command): Command {
  return command
    .option("--metrics <file>", "what you have on Kinesis: an export of CloudWatch (JSON or CSV, statistic Sum)")
    .option("--shards <n>", "or only how many shards you have", wholeNumber)
    .option("--fan-out <n>", "with --shards: enhanced fan-out consumers", wholeNumber)
    .option("--retention <hours>", "how long records are kept (24)", positiveNumber);
}

function outputs(command: Command): Command {
  return command
    .option("--json <file>", "write the report as JSON")
    .option("--markdown <file>", "write it as Markdown")
    .option("--html <file>", "write it as one page with charts");
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("A whole number from 1 on is needed.");
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("A positive number is needed.");
  return value;
}

const HELP = `
Scenarios of a workload: ${SCENARIO_NAMES.join(", ")}.

WarrenMQ's own figures, each beside its target:
  warrenmq-bench sqs sns fifo delay streams codemod harness [--json FILE] [--quick] [--only NAME...] [--rounds N]
  warrenmq-bench all                 all of them, written to docs/benchmarks.md
`;
