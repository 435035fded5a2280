import { readdirSync, realpathSync, statSync } from "node:fs";
import type { Dirent } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore from "ignore";
import { fileKind, NEVER_ENTERED } from "./file-kind.ts";
import type { FileKind } from "./file-kind.ts";
import { IgnoreRules } from "./ignore-rules.ts";

/** A file that may matter. */
export interface FoundFile {
  readonly path: string;
  /** Its name in reports: relative to the base, with `/`. */
  readonly name: string;
  readonly kind: FileKind;
}

/** A file that was left out, and why. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

/** Which files to look at. */
export interface FileSelection {
  readonly roots: readonly string[];
  /** Where the codemod runs. */
  readonly cwd: string;
  /** Patterns as in a `.gitignore`; none means all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** All files below the roots that git does not ignore. Symbolic links are not followed. */
export interface FoundFiles {
  /** Names in reports are relative to this folder: where the codemod runs if all roots are below it, else what they share. */
  readonly base: string;
  readonly roots: readonly string[];
  readonly files: readonly FoundFile[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Finds the files. Roots inside another root are looked at once.
 * @throws Error when a root does not exist
 */
export function findFiles(selection: FileSelection): FoundFiles {
  const roots = distinctRoots(selection);
  const base = baseOf(roots, realpathSync(selection.cwd));
  const walk = new Walk(selection, base);
  for (const root of roots) walk.start(root);
  return { base, roots, files: walk.files, skipped: walk.skipped };
}

function distinctRoots({ roots, cwd }: FileSelection): string[] {
  const real = [...new Set(roots.map((root) => realRoot(resolve(cwd, root), root)))].toSorted();
  return real.filter((root) => !real.some((other) => other !== root && root.startsWith(other + sep)));
}

function realRoot(path: string, asked: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw new Error(`${asked} cannot be read: is it the right path?`, { cause: error });
  }
}

function baseOf(roots: readonly string[], cwd: string): string {
  if (roots.every((root) => root === cwd || root.startsWith(cwd + sep))) return cwd;
  const [first = cwd, ...others] = roots.map((root) => (statSync(root).isDirectory() ? root : dirname(root)));
  let shared = first;
  while (!others.every((root) => root === shared || root.startsWith(shared + sep)) && shared !== dirname(shared)) {
    shared = dirname(shared);
  }
  return shared;
}

class Walk {
  readonly files: FoundFile[] = [];
  readonly skipped: SkippedFile[] = [];
  readonly #base: string;
  readonly #included: ((name: string) => boolean) | undefined;
  readonly #excluded: (name: string) => boolean;

  constructor({ include, exclude }: FileSelection, base: string) {
    this.#base = base;
    this.#included = include.length === 0 ? undefined : matcher(include);
    this.#excluded = matcher(exclude);
  }

  start(root: string): void {
    if (!statSync(root).isDirectory()) return this.#take(root);
    this.#enter(root, IgnoreRules.of(root));
  }

  #enter(folder: string, rules: IgnoreRules): void {
    let entries: readonly Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      this.skipped.push({ file: this.#nameOf(folder), reason: "the folder cannot be read" });
      return;
    }
    for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) this.#skipLink(path);
      else if (entry.isDirectory()) this.#enterBelow(path, entry.name, rules);
      else if (entry.isFile() && !rules.ignores(path, false)) this.#take(path);
    }
  }

  #enterBelow(path: string, base: string, rules: IgnoreRules): void {
    if (NEVER_ENTERED.has(base) || rules.ignores(path, true) || this.#excluded(`${this.#nameOf(path)}/`)) return;
    this.#enter(path, rules.below(path, true));
  }

  #take(path: string): void {
    const name = this.#nameOf(path);
    if (this.#included?.(name) === false || this.#excluded(name)) return;
    const kind = fileKind(name);
    if (kind !== "other") this.files.push({ path, name, kind });
  }

  #skipLink(path: string): void {
    const name = this.#nameOf(path);
    if (fileKind(name) === "script") this.skipped.push({ file: name, reason: "a symbolic link" });
  }

  #nameOf(path: string): string {
    return relative(this.#base, path).replaceAll("\\", "/") || ".";
  }
}

/** Patterns match names below the base. */
function matcher(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = ignore().add(patterns.map((pattern) => pattern.replace(/^\.\//, "")));
  return (name) => {
    return ignore.isPathValid(name) && rules.ignores(name);
  };
}
