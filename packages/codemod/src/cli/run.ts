import { analyseProject } from "../project/analyse-project.ts";
import type { ProjectReport } from "../project/project-report.ts";
import { colouredDiff, terminalSummary } from "../report/terminal.ts";
import { inventorySummary } from "../report/inventory-summary.ts";
import { reportText, writeReport } from "../report/write-report.ts";
import type { CommandLine } from "./command-line.ts";
import { progressBar } from "./progress.ts";
import { requireCleanTrees, writeChanges } from "./write-changes.ts";

/** Nothing is left for a person; findings need one; the run failed. */
export const EXIT = { done: 0, people: 1, error: 2, interrupted: 130 } as const;

/**
 * Does what the command line asks for.
 * @returns the exit code
 */
export async function run(line: CommandLine): Promise<number> {
  const interruption = watchInterrupt();
  const progress = progressBar(line.quiet);
  const report = await analyseProject(line.project, progress.update).finally(progress.stop);
  if (line.command === "migrate") {
    if (!line.quiet && !line.write && report.changes.length > 0) print(colouredDiff(report));
    if (line.write) {
      if (!line.allowDirty) requireCleanTrees(report);
      const written = await writeChanges(report, interruption);
      if (interruption.isInterrupted) return interrupted(written.length, report);
    }
  }
  for (const { format, file } of line.reports) writeReport(file, reportText(format, report, line.command));
  if (!line.quiet && line.command === "inventory") print(inventorySummary(report.inventory));
  if (!line.quiet) print(terminalSummary(report, line.write));
  return report.findings.some(({ severity }) => severity !== "info") ? EXIT.people : EXIT.done;
}

function interrupted(written: number, { changes, moves }: ProjectReport): number {
  process.stderr.write(
    `interrupted: ${written} of ${changes.length + moves.length} files were written, each of them whole; run it again with --allow-dirty for the rest\n`,
  );
  return EXIT.interrupted;
}

/** The first Ctrl-C ends the run between two files, a second one at once. */
function watchInterrupt(): { isInterrupted: boolean } {
  const state = { isInterrupted: false };
  process.on("SIGINT", () => {
    if (state.isInterrupted) process.exit(EXIT.interrupted);
    state.isInterrupted = true;
  });
  return state;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
