import type { FoundFile } from "../engine/find-files.ts";
import { ModuleResolver } from "../engine/module-resolver.ts";
import type { PathMapping, WorkspacePackage } from "../engine/module-resolver.ts";
import { decodeUtf8, readBytes } from "../engine/read-source.ts";
import { TextLines } from "../engine/text-lines.ts";
import { findingAt } from "../flags/finding.ts";
import type { Finding } from "../flags/finding.ts";
import { JsonDocument } from "../manifests/json-document.ts";
import { Manifest } from "../manifests/manifest.ts";
import { folderOf } from "../manifests/usage.ts";
import { resolve } from "node:path";

/** The packages of a project and how its modules find each other. */
export interface Workspace {
  readonly manifests: readonly Manifest[];
  readonly resolver: ModuleResolver;
  readonly findings: readonly Finding[];
}

/** Reads every package.json and tsconfig.json. */
export function readWorkspace(files: readonly FoundFile[]): Workspace {
  const findings: Finding[] = [];
  const manifests: Manifest[] = [];
  const mappings: PathMapping[] = [];
  for (const file of files) {
    const isConfig = /(^|\/)[tj]sconfig[\w.-]*\.json$/.test(file.name);
    if (file.kind !== "manifest" && !isConfig) continue;
    const text = textOf(file);
    const document = text === undefined ? undefined : JsonDocument.parse(text);
    if (document !== undefined && file.kind === "manifest") manifests.push(new Manifest(file, document));
    else if (document !== undefined) mappings.push(...mappingsOf(file, document));
    else if (file.kind === "manifest") findings.push(...brokenManifest(file, text ?? ""));
  }
  const scripts = new Set(files.filter(({ kind }) => kind === "script").map(({ path }) => path));
  return { manifests, resolver: new ModuleResolver(scripts, manifests.flatMap(packageOf), mappings), findings };
}

/** The text of a file, unless it is huge, binary or not UTF-8. */
export function textOf(file: Pick<FoundFile, "path">): string | undefined {
  const read = readBytes(file.path);
  return "bytes" in read ? decodeUtf8(read.bytes) : undefined;
}

/** Gives the text of a file of the project by its name. */
export function textsOf(files: readonly FoundFile[]): (name: string) => string | undefined {
  const byName = new Map(files.map((file) => [file.name, file]));
  return (name) => {
    const file = byName.get(name);
    return file === undefined ? undefined : textOf(file);
  };
}

function brokenManifest({ name }: FoundFile, text: string): Finding[] {
  const offset = Math.max(0, text.search(/aws-sdk/));
  const severity = text.includes("aws-sdk") ? "blocked" : "info";
  return [findingAt(name, new TextLines(text), "MANIFEST_BROKEN", offset, "it is no JSON", severity)];
}

function packageOf({ document, folder }: Manifest): WorkspacePackage[] {
  const name = document.at("name")?.value;
  if (typeof name !== "string") return [];
  const entries = ["source", "main", "module", "types"].flatMap((key) => {
    const value: unknown = document.at(key)?.value;
    return typeof value === "string" ? [value] : [];
  });
  return [{ name, folder, entries }];
}

function mappingsOf(file: FoundFile, document: JsonDocument): PathMapping[] {
  const base: unknown = document.at("compilerOptions", "baseUrl")?.value;
  const folder = resolve(folderOf(file.path), typeof base === "string" ? base : ".");
  const mapped = document.properties("compilerOptions", "paths").map(({ key, valueNode }) => ({
    folder,
    pattern: key,
    targets: (valueNode.children ?? []).map((child) => String(child.value)),
  }));
  // With a base URL, bare specifiers are looked up below it.
  return typeof base === "string" ? [...mapped, { folder, pattern: "*", targets: ["*"] }] : mapped;
}
