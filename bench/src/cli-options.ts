import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "./duration.ts";
import { isSuiteName, SUITE_NAMES } from "./suite-names.ts";
import type { SuiteName } from "./suite-names.ts";

/** What the command line asks for. */
export interface CliOptions {
  readonly suites: readonly SuiteName[];
  /** Where to write the report as JSON. */
  readonly json?: string;
  /** Where to write the figures as a page, their method first. */
  readonly markdown?: string;
  readonly quick: boolean;
  readonly rounds?: number;
  /** Names of scenarios or figures; none means all. */
  readonly only: readonly string[];
  readonly soakSeconds?: number;
}

interface ParsedOptions {
  readonly json?: string;
  readonly markdown?: string;
  readonly quick?: true;
  readonly rounds?: number;
  readonly only?: readonly string[];
  readonly soak?: number;
}

/** Reads the command line. On a mistake, prints what is wrong and exits with 1, as `--help` does with 0. */
export function parseCommandLine(argv: readonly string[], command: Command = new Command()): CliOptions {
  command
    .name("bench")
    .description("Measures WarrenMQ against plain amqplib and the real AWS SDK on a real broker.")
    .addArgument(new Argument("<suite...>", "what to measure").choices(SUITE_NAMES))
    .option("--json <file>", "write the report as JSON")
    .option("--markdown <file>", "write the figures as a page of Markdown, their method first")
    .option("--quick", "shorter rounds: good for a look, not for a decision")
    .addOption(new Option("--rounds <n>", "rounds of each side that count").argParser(parseRounds))
    .option("--only <name...>", "only these figures (or groups of figures)")
    .addOption(new Option("--soak <duration>", "also run the full load for so long (60s, 30m)").argParser(soakSeconds))
    .parse([...argv], { from: "user" });
  const { soak, quick, only = [], ...rest } = command.opts<ParsedOptions>();
  const suites = command.args.filter(isSuiteName);
  return { ...rest, suites, quick: quick === true, only, ...(soak === undefined ? {} : { soakSeconds: soak }) };
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) throw new InvalidArgumentError("A whole number from 1 on is needed.");
  return rounds;
}

function soakSeconds(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
