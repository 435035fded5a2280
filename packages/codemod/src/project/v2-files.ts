import { basename, dirname } from "node:path";
import type { FoundFile } from "../engine/find-files.ts";
import type { ModuleResolver } from "../engine/module-resolver.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { importedModules } from "../rules/libraries.ts";
import { moduleExports } from "../v2/module-exports.ts";
import { loadScript } from "./scripts.ts";

const ROUNDS = 4;

/** Whether a text has to do with aws-sdk v2. */
export function mentionsV2(text: string): boolean {
  return /['"`]aws-sdk(\/|['"`]|-mock)/.test(text);
}

/** The files that load a v2 file which exports something: a client may go there. Each round looks for loaders of the last one's. */
export function loadersOf(
  files: readonly ScriptFile[],
  scripts: readonly FoundFile[],
  resolver: ModuleResolver,
): ScriptFile[] {
  const known = new Set(files.map(({ path }) => path));
  const found: ScriptFile[] = [];
  let last: readonly ScriptFile[] = files;
  for (let round = 0; round < ROUNDS && last.length > 0; round++) {
    const exporting = new Set(last.filter(hasExports).map(({ path }) => path));
    if (exporting.size === 0) return found;
    last = directLoaders(
      exporting,
      scripts.filter(({ path }) => !known.has(path)),
      resolver,
    );
    for (const file of last) known.add(file.path);
    found.push(...last);
  }
  return found;
}

function hasExports(file: ScriptFile): boolean {
  const { names, whole, stars } = moduleExports(file);
  return names.size > 0 || whole !== undefined || stars.length > 0;
}

function directLoaders(
  targets: ReadonlySet<string>,
  scripts: readonly FoundFile[],
  resolver: ModuleResolver,
): ScriptFile[] {
  const named = [...new Set([...targets].map(lastPart))].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(
    `(?:from|require\\(|import\\()\\s*['"\`][^'"\`\\n]*(?:${named.join("|")})(?:\\.[cm]?[jt]sx?)?['"\`]|['"\`]\\.\\.?/?['"\`]`,
  );
  return scripts.flatMap((script) => {
    const loaded = loadScript(script, pattern);
    if (loaded.type !== "parsed") return [];
    const loads = importedModules(loaded.script).some(([specifier]) =>
      targets.has(resolver.resolve(script.path, specifier) ?? ""),
    );
    return loads || reExports(loaded.script, script.path, targets, resolver) ? [loaded.script] : [];
  });
}

function reExports(file: ScriptFile, path: string, targets: ReadonlySet<string>, resolver: ModuleResolver): boolean {
  const statements = [...file.tree.ofType("ExportAllDeclaration"), ...file.tree.ofType("ExportNamedDeclaration")];
  return statements.some(({ source }) => source !== null && targets.has(resolver.resolve(path, source.value) ?? ""));
}

/** What a specifier of the file ends in: its name, or its folder's for an index. Packages end in other ways. */
function lastPart(path: string): string {
  const name = basename(path).replace(/(\.d)?\.[cm]?[jt]sx?$/, "");
  return name === "index" ? basename(dirname(path)) : name;
}
