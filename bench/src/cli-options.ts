import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "./duration.ts";
import { SCENARIO_SECONDS } from "./method/run-scenarios.ts";
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
  /** No scenario begins later than so many seconds after the first. */
  readonly limitSeconds: number;
  /** What was typed: the report says how it can be made again. */
  readonly command: string;
}

interface ParsedOptions {
  readonly json?: string;
  readonly markdown?: string;
  readonly quick?: true;
  readonly rounds?: number;
  readonly only?: readonly string[];
  readonly soak?: number;
  readonly limit: number;
}

/** Several times what all suites take. */
const LIMIT_SECONDS = 90 * 60;
/** Where `all` writes the page of the documentation, and the report beside it. */
const PAGE = "docs/benchmarks.md";
const REPORT = "docs/benchmarks.json";
/** A look is no page of the documentation. */
const QUICK_PAGE = ".cache/benchmarks-quick.md";
const QUICK_REPORT = ".cache/benchmarks-quick.json";

/** Reads the command line. On a mistake, prints what is wrong and exits with 1, as `--help` does with 0. */
export function parseCommandLine(argv: readonly string[], command: Command = new Command()): CliOptions {
  const isAll = argv[0] === "all";
  command
    .name("bench")
    .description("Measures WarrenMQ against plain amqplib and the real AWS SDK on a real broker.")
    .addArgument(new Argument("<suite...>", "what to measure; 'all' is every suite").choices(["all", ...SUITE_NAMES]))
    .option("--json <file>", "write the report as JSON, after each figure")
    .option("--markdown <file>", "write the figures as a page of Markdown, their method first")
    .option("--quick", "shorter rounds: good for a look, not for a decision")
    .addOption(new Option("--rounds <n>", "rounds of each side that count").argParser(parseRounds))
    .option("--only <name...>", "only these figures (or groups of figures)")
    .addOption(new Option("--soak <duration>", "also run the full load for so long (60s, 30m)").argParser(seconds))
    .addOption(
      new Option("--limit <duration>", "begin no figure later than this, soak aside")
        .argParser(seconds)
        .default(LIMIT_SECONDS, "90m"),
    )
    .addHelpText("after", HELP)
    .parse([...argv], { from: "user" });
  const { soak, quick, limit, only = [], ...rest } = command.opts<ParsedOptions>();
  const suites = isAll ? SUITE_NAMES : command.args.filter(isSuiteName);
  return {
    ...(isAll ? outputsOfAll(quick === true) : {}),
    ...rest,
    suites,
    command: ["npm run bench --", ...argv].join(" "),
    quick: quick === true,
    only,
    limitSeconds: limit,
    ...(soak === undefined ? {} : { soakSeconds: soak }),
  };
}

function outputsOfAll(isQuick: boolean): Pick<CliOptions, "json" | "markdown"> {
  return isQuick ? { markdown: QUICK_PAGE, json: QUICK_REPORT } : { markdown: PAGE, json: REPORT };
}

const HELP = `
'all' takes some 40 minutes on two cores, with --quick some 10, and never more than --limit and ${SCENARIO_SECONDS / 60} minutes
for the figure that is then being measured; a figure that fails or takes longer than that costs only itself. It writes
${PAGE} and ${REPORT}, with --quick ${QUICK_PAGE} and ${QUICK_REPORT}
(--markdown and --json name other files).
`;

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) throw new InvalidArgumentError("A whole number from 1 on is needed.");
  return rounds;
}

function seconds(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
