import { dirname, relative } from "node:path";
import { stringValue } from "../engine/ast.ts";
import type { ModuleResolver } from "../engine/module-resolver.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { specifierPlace } from "../rules/specifier-place.ts";

/** Where a manual mock of Jest or Vitest must be, so that the runner finds it for our package; nothing for other files. */
export function movedMock(path: string, packages: ReadonlyMap<string, string>): string | undefined {
  for (const [from, to] of packages) {
    const match = new RegExp(`^(.*/__mocks__/)${from}((?:/index)?\\.[cm]?[jt]sx?)$`).exec(path.replaceAll("\\", "/"));
    if (match !== null) return `${match[1]}${to}${match[2]}`;
  }
  return undefined;
}

/** Corrects relative specifiers between files of which some move. */
export function relinkSpecifiers(file: ScriptFile, moves: ReadonlyMap<string, string>, resolver: ModuleResolver): void {
  const newPath = moves.get(file.path) ?? file.path;
  for (const literal of file.tree.ofType("Literal")) {
    const specifier = stringValue(literal);
    if (specifier === undefined || !/^\.\.?\//.test(specifier) || specifierPlace(literal, file) !== "specifier")
      continue;
    const target = resolver.resolve(file.path, specifier);
    if (target === undefined) continue;
    const newTarget = moves.get(target) ?? target;
    if (newPath === file.path && newTarget === target) continue;
    file.editString("mock-file", literal, relativeSpecifier(newPath, newTarget, specifier, target));
  }
}

/** A specifier in the style of the old one: with an extension, or `/index`, only if that had one. */
function relativeSpecifier(from: string, to: string, old: string, oldTarget: string): string {
  let path = relative(dirname(from), to).replaceAll("\\", "/");
  const [ending = ""] = /(\/index)?\.(d\.)?[cm]?[jt]sx?$/.exec(oldTarget) ?? [];
  if (!/\.[cm]?[jt]sx?$/.test(old)) path = path.slice(0, path.length - ending.length);
  else path = path.replace(/\.\w+$/, /\.\w+$/.exec(old)?.[0] ?? "");
  return path.startsWith(".") ? path : `./${path}`;
}
