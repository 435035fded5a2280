import type { SkippedFile } from "../engine/find-files.ts";
import type { Finding } from "../flags/finding.ts";
import type { Inventory } from "../inventory/inventory.ts";

/** One replaced piece of a file. */
export interface EditReport {
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  readonly before: string;
  readonly after: string;
}

/** A file that changes. */
export interface FileChange {
  readonly file: string;
  /** Where it is on this machine. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly edits: readonly EditReport[];
}

/** A file that moves: a mock that the test runner finds by its path. */
export interface FileMove {
  readonly from: string;
  readonly to: string;
  readonly fromPath: string;
  readonly toPath: string;
}

/** Everything that the codemod found out about a project. Nothing has been written yet. */
export interface ProjectReport {
  /** Names in the report are relative to this folder. */
  readonly base: string;
  readonly roots: readonly string[];
  /** Files looked at, and those of them that had to be parsed. */
  readonly counts: { readonly files: number; readonly parsed: number };
  readonly changes: readonly FileChange[];
  readonly moves: readonly FileMove[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly SkippedFile[];
  /** What to run after the change, so that lockfiles follow. */
  readonly installCommands: readonly string[];
  readonly inventory: Inventory;
}
