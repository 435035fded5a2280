import { dirname } from "node:path";
import { stringValue } from "../engine/ast.ts";
import { isTestPath } from "../engine/script-file.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { isConfiguration } from "../rules/specifier-place.ts";
import { ALL_SERVICES } from "../services/service.ts";

/** Which of the packages in question a file uses, before and after its edits. */
export interface FileUsage {
  readonly path: string;
  readonly name: string;
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  readonly isTest: boolean;
  /** Whether it exports a Lambda handler: the Lambda runtime may then provide the AWS SDK. */
  readonly isHandler: boolean;
  /** Whether it is made of other files: it uses what they use, once it is built again. */
  readonly isOutput: boolean;
}

/** aws-sdk v2. */
export const V2_PACKAGE = "aws-sdk";

/** What a script uses before and after its edits. Comments count only where the type checker reads them. */
export function usageOf(file: ScriptFile): FileUsage {
  const before = new Set<string>();
  const after = new Set<string>();
  const note = (name: string, start: number, end: number): void => {
    before.add(name);
    const isEdited = file.edits.some((edit) => edit.start < end && edit.end > start);
    if (!isEdited) after.add(name);
  };
  for (const literal of [...file.tree.ofType("Literal"), ...file.tree.ofType("TemplateLiteral")]) {
    const name = packageOf(stringValue(literal));
    if (name !== undefined && !isConfiguration(literal, file)) note(name, literal.start, literal.end);
  }
  for (const type of file.tree.ofType("TSQualifiedName")) {
    // The global of aws-sdk's types.
    const isGlobal = type.left.type === "Identifier" && file.scopes.bindingOf(type.left) === undefined;
    if (isGlobal && file.textOf(type.left) === "AWS") note(V2_PACKAGE, type.start, type.end);
  }
  for (const { start, value } of file.tree.comments) {
    for (const match of value.matchAll(TYPE_IMPORT)) {
      const name = packageOf(match[1]);
      const at = start + 2 + match.index;
      if (name !== undefined) note(name, at, at + match[0].length);
    }
  }
  for (const { replacement } of file.edits) {
    // Deno's `npm:` needs no manifest.
    if (replacement.startsWith("npm:")) continue;
    for (const ours of REPLACEMENTS.values()) if (replacement.includes(ours)) after.add(ours);
    // What of a split import stays with AWS's package.
    for (const quoted of packagesIn(replacement, QUOTED)) after.add(quoted);
  }
  const { path, name, isTest, text } = file;
  return { path, name, before, after, isTest, isHandler: HANDLER.test(text), isOutput: false };
}

const QUOTED = /(["'`])(?<name>(?:@[\w-]+\/)?[\w-]+)(?:\/[^"'`\s]*)?\1/g;
const TYPE_IMPORT = /(?:import\(\s*|from\s*)["'`]([^"'`\s]+)["'`]/g;
const HANDLER =
  /\bexports\.handler\b|\bexport\s+(const|async\s+function|function)\s+\w*handler\b|exports\.\w*[hH]andler\s*=/;

/** The package in question that a specifier belongs to. */
function packageOf(specifier: string | undefined): string | undefined {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier ?? "")?.[0];
  if (name === undefined) return undefined;
  return name === V2_PACKAGE || [...REPLACEMENTS].some((pair) => pair.includes(name)) ? name : undefined;
}

/** Whether a folder is another or lies in it. */
export function isWithin(folder: string, parent: string): boolean {
  return folder === parent || folder.startsWith(parent.endsWith("/") ? parent : `${parent}/`);
}

/** The folder of a path. */
export function folderOf(path: string): string {
  return dirname(path);
}

/** AWS's package → ours, for every service. */
export const REPLACEMENTS: ReadonlyMap<string, string> = new Map(
  ALL_SERVICES.map(({ awsPackage, warrenPackage }) => [awsPackage, warrenPackage] as const).toSorted(
    ([left], [right]) => (left < right ? -1 : 1),
  ),
);

/** What a file uses that stays as it is: every package that it names in quotes. */
export function usageOfUntouched(path: string, name: string, text: string): FileUsage {
  const found = packagesIn(text, QUOTED);
  const isTest = isTestPath(name);
  return { path, name, before: found, after: found, isTest, isHandler: HANDLER.test(text), isOutput: false };
}

/** What build output loads. A bundle names the packages that are in it, too: only what it still loads counts. */
export function usageOfOutput(path: string, name: string, text: string): FileUsage {
  const found = packagesIn(text, /(?:\brequire\(|\bimport\(|\bfrom|\bimport)\s*["'`](?<name>[^"'`\s]+)["'`]/g);
  return { path, name, before: found, after: found, isTest: isTestPath(name), isHandler: false, isOutput: true };
}

function packagesIn(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].flatMap(({ groups }) => packageOf(groups?.["name"]) ?? []));
}
