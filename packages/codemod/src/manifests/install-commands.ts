import { existsSync } from "node:fs";
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
    if (existsSync(join(up, ".git")) || dirname(up) === up) return inFolder(folder, cwd, "npm install");
  }
}

function inFolder(folder: string, cwd: string, command: string): string {
  const path = relative(cwd, folder).replaceAll("\\", "/");
  return path === "" ? command : `(cd ${path} && ${command})`;
}
