import { dirname } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { repositoryOf, moveFile, uncommitted } from "../engine/git.ts";
import { writeWhole } from "../engine/write-file.ts";
import type { ProjectReport } from "../project/project-report.ts";

/** Set when Ctrl-C was pressed: no further file is begun. */
export interface Interruption {
  readonly isInterrupted: boolean;
}

/**
 * Refuses a git tree that has uncommitted changes: the codemod's changes could not be told from them.
 * @throws Error that names the repository
 */
export function requireCleanTrees({ roots, changes, moves }: ProjectReport): void {
  const touched = [...changes.map(({ path }) => dirname(path)), ...moves.map(({ fromPath }) => dirname(fromPath))];
  const repositories = new Set<string>();
  for (const folder of new Set(touched.length === 0 ? roots : touched)) {
    const repository =
      [...repositories].find((known) => folder === known || folder.startsWith(`${known}/`)) ?? repositoryOf(folder);
    if (repository !== undefined) repositories.add(repository);
  }
  for (const repository of repositories) {
    const dirty = uncommitted(repository);
    if (dirty.length === 0) continue;
    const shown = dirty
      .slice(0, 3)
      .map((line) => line.trim())
      .join(", ");
    throw new Error(
      `${repository} has uncommitted changes (${shown}${dirty.length > 3 ? ", …" : ""}): commit or stash them, or give --allow-dirty`,
    );
  }
}

/**
 * Writes the changes, each file whole, then moves files.
 * @returns the files that were written; fewer than there are when it was interrupted
 */
export async function writeChanges({ changes, moves }: ProjectReport, interruption: Interruption): Promise<string[]> {
  const done: string[] = [];
  for (const { path, after, file } of changes) {
    if (interruption.isInterrupted) return done;
    writeWhole(path, after);
    done.push(file);
    await turn(); // Ctrl-C is heard between two files.
  }
  for (const { fromPath, toPath, to } of moves) {
    if (interruption.isInterrupted) return done;
    moveFile(fromPath, toPath);
    done.push(to);
  }
  return done;
}
