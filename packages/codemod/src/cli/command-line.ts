import { Command, InvalidArgumentError, Option } from "commander";
import { REPORT_FORMATS } from "../report/report-format.ts";
import type { ReportFormat } from "../report/report-format.ts";
import { rules } from "../rules/index.ts";
import type { ProjectOptions } from "../project/options.ts";
import { isServiceName, SERVICE_NAMES } from "../services/service.ts";
import type { ServiceName } from "../services/service.ts";

/** A report to write, and where. */
export interface ReportRequest {
  readonly format: ReportFormat;
  /** `-` is standard output. */
  readonly file: string;
}

/** What the command line asks for. */
export interface CommandLine {
  readonly command: "migrate" | "inventory";
  readonly project: ProjectOptions;
  readonly write: boolean;
  readonly allowDirty: boolean;
  readonly reports: readonly ReportRequest[];
  readonly quiet: boolean;
}

interface Parsed {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly services?: readonly ServiceName[];
  readonly only?: readonly string[];
  readonly v2?: ProjectOptions["v2"];
  readonly tests?: ProjectOptions["tests"];
  readonly docs?: true;
  readonly unwrapXray?: true;
  readonly write?: true;
  readonly allowDirty?: true;
  readonly quiet?: true;
  readonly report?: readonly ReportRequest[];
}

/** Reads the command line. On a mistake prints what is wrong and exits with 2, as `--help` does with 0. */
export function parseCommandLine(argv: readonly string[], cwd: string): CommandLine {
  let found: CommandLine | undefined;
  const program = new Command("warrenmq-codemod")
    .description("Moves a repository from the AWS SDK's SQS, SNS and Kinesis clients to WarrenMQ.")
    .addHelpText("after", "\nExit codes: 0 nothing is left for a person, 1 findings need a person, 2 error.")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const take = (command: CommandLine["command"]) => (paths: readonly string[], parsed: Parsed) => {
    found = commandLine(command, paths, parsed, cwd);
  };
  withShared(
    program.command("migrate").description("show (or, with --write, make) the changes of call sites and manifests"),
  )
    .option("--write", "change the files; the git tree must be clean")
    .option("--allow-dirty", "with --write, also on a git tree with uncommitted changes")
    .addOption(new Option("--v2 <mode>", "what to do with aws-sdk v2").choices(["rewrite", "flag", "off"]))
    .option("--docs", "change package names in documentation too")
    .option("--unwrap-xray", "remove X-Ray's wrapper around a client that is made on the spot")
    .addOption(new Option("--only <rules...>", "only these rules").choices(Object.keys(rules)))
    .action(take("migrate"));
  withShared(
    program.command("inventory").description("list queues, topics, streams and who uses them; changes nothing"),
  ).action(take("inventory"));
  program.parse([...argv], { from: "user" });
  if (found === undefined) process.exit(2); // Commander has printed the help.
  return found;
}

function withShared(command: Command): Command {
  return command
    .argument("[paths...]", "folders or files; they may overlap", ["."])
    .option("--include <patterns...>", "only what matches, as in a .gitignore")
    .option("--exclude <patterns...>", "leave out what matches, as in a .gitignore")
    .addOption(new Option("--services <names>", `of ${SERVICE_NAMES.join(",")}`).argParser(parseServices))
    .addOption(new Option("--tests <mode>", "what to do with tests").choices(["all", "only", "skip"]))
    .addOption(
      new Option(
        "--report <format=file>",
        `write a report (${REPORT_FORMATS.join(", ")}); may be repeated; - is standard output`,
      ).argParser(collectReports),
    )
    .option("--quiet", "print nothing but errors and the reports that go to standard output");
}

function commandLine(
  command: CommandLine["command"],
  paths: readonly string[],
  parsed: Parsed,
  cwd: string,
): CommandLine {
  return {
    command,
    project: {
      roots: paths,
      cwd,
      include: parsed.include ?? [],
      exclude: parsed.exclude ?? [],
      services: parsed.services ?? SERVICE_NAMES,
      rules: parsed.only ?? [],
      v2: parsed.v2 ?? "rewrite",
      tests: parsed.tests ?? "all",
      docs: parsed.docs === true,
      unwrapXray: parsed.unwrapXray === true,
    },
    write: parsed.write === true,
    allowDirty: parsed.allowDirty === true,
    reports: parsed.report ?? [],
    quiet: parsed.quiet === true,
  };
}

function parseServices(text: string): ServiceName[] {
  const names = text.split(",").map((name) => name.trim());
  const known = names.filter(isServiceName);
  if (known.length !== names.length) throw new InvalidArgumentError(`It must be of ${SERVICE_NAMES.join(", ")}.`);
  return known;
}

function collectReports(text: string, earlier: readonly ReportRequest[] = []): ReportRequest[] {
  const [name, file = "-"] = text.split(/=(.*)/s);
  const format = REPORT_FORMATS.find((known) => known === name);
  if (format === undefined) throw new InvalidArgumentError(`The format must be of ${REPORT_FORMATS.join(", ")}.`);
  return [...earlier, { format, file }];
}
