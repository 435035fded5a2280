import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";

/** The root of the repository that a folder is in; nothing when it is in none, or git is not installed. */
export function repositoryOf(folder: string): string | undefined {
  return git(folder, ["rev-parse", "--show-toplevel"])?.trim();
}

/** What is changed or new in a repository: lines as `git status --porcelain` prints them. */
export function uncommitted(repository: string): readonly string[] {
  return (git(repository, ["status", "--porcelain"]) ?? "").split("\n").filter((line) => line !== "");
}

/** Moves a file, with git where it knows the file, so that its history follows. */
export function moveFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const isTracked = git(dirname(from), ["ls-files", "--error-unmatch", from]) !== undefined;
  if (isTracked && git(dirname(from), ["mv", from, to]) !== undefined) return;
  renameSync(from, to);
}

function git(folder: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}
