import { basename, dirname } from "node:path";
import type { FoundFile } from "../engine/find-files.ts";
import type { ModuleResolver } from "../engine/module-resolver.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { Manifest } from "../manifests/manifest.ts";
import { importedModules } from "../rules/libraries.ts";
import { mocksV2 } from "../rules/v2-mocks.ts";
import type { PackageDouble } from "../v2/test-doubles.ts";
import { moduleExports } from "../v2/module-exports.ts";
import { specifiersOf } from "../v2/v2-project.ts";
import { loadScript } from "./scripts.ts";

const ROUNDS = 4;

/** The files that replace aws-sdk for all tests of their package: setup files, and what Jest finds by itself or is told in a manifest. */
export function packageDoubles(
  files: readonly FoundFile[],
  v2Files: readonly ScriptFile[],
  manifests: readonly Manifest[],
): readonly PackageDouble[] {
  const setups = v2Files.filter(
    (file) => /(^|[/.\-_])(setup|jest|vitest|mocha|bootstrap)[^/]*\.[cm]?[jt]sx?$/i.test(file.name) && mocksV2(file),
  );
  const found = files.filter(({ name }) => /(^|\/)__mocks__\/aws-sdk(\/.*)?\.[cm]?[jt]sx?$/.test(name));
  const mapping = manifests.filter(({ document }) =>
    document.properties("jest", "moduleNameMapper").some(({ key }) => /^\^?aws-sdk(?![\w-])/.test(key)),
  );
  const doubles = [...setups.filter(({ name }) => !/\.(test|spec)\./.test(name)), ...found];
  return [...doubles, ...mapping.map(({ file }) => file)].map(({ name, path }) => {
    const above = manifests.map(({ folder }) => folder).filter((folder) => path.startsWith(`${folder}/`));
    const [nearest = dirname(path)] = above.toSorted((left, right) => right.length - left.length);
    return { name, folder: nearest };
  });
}

/** What loads the v2 files. */
export interface Loaders {
  readonly files: readonly ScriptFile[];
  /** v2 files that may be loaded through an alias that cannot be followed, with who does it. */
  readonly suspects: ReadonlyMap<string, string>;
}

/** The files that load a v2 file which exports something: a client may go there. Each round looks for loaders of the last one's. */
export function loadersOf(
  files: readonly ScriptFile[],
  scripts: readonly FoundFile[],
  resolver: ModuleResolver,
): Loaders {
  const known = new Set(files.map(({ path }) => path));
  const found: ScriptFile[] = [];
  const suspects = new Map<string, string>();
  let last: readonly ScriptFile[] = files;
  for (let round = 0; round < ROUNDS && last.length > 0; round++) {
    const exporting = new Set(last.filter(hasExports).map(({ path }) => path));
    if (exporting.size === 0) break;
    last = directLoaders(
      exporting,
      scripts.filter(({ path }) => !known.has(path)),
      resolver,
      suspects,
    );
    for (const file of last) known.add(file.path);
    found.push(...last);
  }
  return { files: found, suspects };
}

function hasExports(file: ScriptFile): boolean {
  const { names, whole, stars } = moduleExports(file);
  return names.size > 0 || whole !== undefined || stars.length > 0;
}

function directLoaders(
  targets: ReadonlySet<string>,
  scripts: readonly FoundFile[],
  resolver: ModuleResolver,
  suspects: Map<string, string>,
): ScriptFile[] {
  const named = [...new Set([...targets].flatMap(lastParts))].map((name) =>
    name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  // rewire, proxyquire and others load what their first argument names.
  const start = String.raw`(?:(?:from|require\(|import\()\s*['"\`]|\(\s*['"\`]\.)`;
  const pattern = new RegExp(
    `${start}[^'"\`\\n]*(?:${named.join("|")})(?:\\.[cm]?[jt]sx?)?['"\`]|['"\`]\\.\\.?/?['"\`]`,
  );
  return scripts.flatMap((script) => {
    const loaded = loadScript(script, pattern);
    if (loaded.type !== "parsed") return [];
    noteSuspects(loaded.script, targets, resolver, suspects);
    const loads = specifiersOf(loaded.script).some((specifier) =>
      targets.has(resolver.resolve(script.path, specifier) ?? ""),
    );
    return loads ? [loaded.script] : [];
  });
}

/** `import { sqs } from "~/lib/sqs"`, where nobody says what `~` is. */
function noteSuspects(
  file: ScriptFile,
  targets: ReadonlySet<string>,
  resolver: ModuleResolver,
  suspects: Map<string, string>,
): void {
  if (!/\.promise\s*\(/.test(file.text)) return;
  for (const [specifier] of importedModules(file)) {
    if (!/^[~@#]?\/|^[~#]|^(src|app|lib|server|common|shared)\//.test(specifier)) continue;
    if (resolver.resolve(file.path, specifier) !== undefined) continue;
    const last = specifier
      .split("/")
      .at(-1)
      ?.replace(/\.[cm]?[jt]sx?$/, "");
    for (const target of targets) if (lastPart(target) === last) suspects.set(target, file.name);
  }
}

/** An index is loaded by its folder's name, or by its own. */
function lastParts(path: string): readonly string[] {
  return /^index(\.d)?\.[cm]?[jt]sx?$/.test(basename(path)) ? [lastPart(path), "index"] : [lastPart(path)];
}

/** What a specifier of the file ends in: its name, or its folder's for an index. Packages end in other ways. */
function lastPart(path: string): string {
  const name = basename(path).replace(/(\.d)?\.[cm]?[jt]sx?$/, "");
  return name === "index" ? basename(dirname(path)) : name;
}
