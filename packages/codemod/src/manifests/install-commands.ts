import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const LOCKFILES: readonly (readonly [string, string])[] = [
  ["pnpm-lock.yaml", "pnpm install"],
  ["yarn.lock", "yarn install"],
  ["bun.lock", "bun install"],
  ["bun.lockb", "bun install"],
  ["package-lock.json", "npm install"],
  ["npm-shrinkwrap.json", "npm install"],
];

/** The commands that bring lockfiles up to date with changed manifests: one for each lockfile, nearest above a manifest. */
export function installCommands(manifestPaths: readonly string[], cwd: string): string[] {
  return [...new Set(manifestPaths.map((path) => commandFor(dirname(path), cwd)))].toSorted();
}

function commandFor(folder: string, cwd: string): string {
  for (let up = folder; ; up = dirname(up)) {
    const found = LOCKFILES.find(([name]) => existsSync(join(up, name)));
    if (found !== undefined) return inFolder(up, cwd, found[1]);
    if (existsSync(join(up, "rush.json"))) return inFolder(up, cwd, "rush update");
    if (existsSync(join(up, "pnpm-workspace.yaml"))) return inFolder(up, cwd, "pnpm install");
    if (isWorkspaceRoot(up)) return inFolder(up, cwd, "npm install");
    if (existsSync(join(up, ".git")) || dirname(up) === up) return inFolder(folder, cwd, "npm install");
  }
}

/** A package.json with `workspaces`: one install there serves all packages below it. */
function isWorkspaceRoot(folder: string): boolean {
  try {
    return /"workspaces"\s*:/.test(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return false;
  }
}

function inFolder(folder: string, cwd: string, command: string): string {
  const path = relative(cwd, folder).replaceAll("\\", "/");
  return path === "" ? command : `(cd ${path} && ${command})`;
}
