import { WARRENMQ_RANGE } from "../services/service.ts";
import type { Declaration, Manifest, Section } from "./manifest.ts";

/** What a manifest needs for one AWS package. */
export interface PackageChange {
  readonly awsPackage: string;
  /** Ours, one or, for aws-sdk v2, several. */
  readonly replacements: readonly string[];
  /** Something in this package still needs AWS's package: why. */
  readonly keepBecause: string | undefined;
  /** It was declared for development because the Lambda runtime has it; ours must be shipped. */
  readonly isNeededAtRunTime: boolean;
}

const RULE = "manifest";

/** Replaces, keeps, moves or adds a dependency in every section that declares it. */
export function updateManifest(manifest: Manifest, change: PackageChange): void {
  const declarations = manifest
    .declarations(change.awsPackage)
    .filter((declaration) => isOrdinary(manifest, declaration));
  const missing = change.replacements.filter((name) => !manifest.declares(name));
  const isDevelopmentOnly =
    declarations.length > 0 && declarations.every(({ section }) => section === "devDependencies");
  const moves = change.isNeededAtRunTime && isDevelopmentOnly;
  for (const declaration of declarations) {
    if (change.keepBecause !== undefined) {
      manifest.flag("MANIFEST_KEPT", declaration.property.start, `${change.awsPackage}: ${change.keepBecause}`);
      if (!moves) for (const name of missing) addTo(manifest, declaration.section, name, declaration.range);
    } else if (moves || missing.length === 0) removeFrom(manifest, declaration);
    else replaceIn(manifest, declaration, missing);
  }
  if (moves) for (const name of missing) addTo(manifest, "dependencies", name, "");
}

/** Adds our package to a manifest that did not declare AWS's. */
export function addDependency(manifest: Manifest, section: Section, name: string): void {
  if (!manifest.declares(name)) addTo(manifest, section, name, "");
}

/** Aliases, forks and links are a person's decision. */
function isOrdinary(manifest: Manifest, { property, range }: Declaration): boolean {
  if (!/^(npm:|file:|link:|portal:|git|https?:|github:)/.test(range)) return true;
  manifest.flag("MANIFEST_ALIAS", property.start, `${property.key}: ${range}`);
  return false;
}

function replaceIn({ document }: Manifest, { section, property, range }: Declaration, names: readonly string[]): void {
  const [first = "", ...others] = names;
  document.replaceString(RULE, property.keyNode, first);
  const newRange = rangeFor(range);
  if (newRange !== range) document.replaceString(RULE, property.valueNode, newRange);
  for (const other of others) document.insert(RULE, document.properties(section), other, newRange);
  for (const meta of document.properties(`${section}Meta`)) {
    if (meta.key === property.key) document.replaceString(RULE, meta.keyNode, first);
  }
}

function removeFrom({ document }: Manifest, { section, property }: Declaration): void {
  document.remove(RULE, document.properties(section), property);
}

function addTo({ document }: Manifest, section: Section, name: string, range: string): void {
  const properties = document.properties(section);
  if (properties.length > 0) return document.insert(RULE, properties, name, rangeFor(range));
  addSection({ document }, section, name, rangeFor(range));
}

/** A section that is missing or empty. It is put where npm would put it: behind the others, before the development ones. */
function addSection({ document }: Pick<Manifest, "document">, section: Section, name: string, range: string): void {
  const top = document.properties();
  const [first] = top;
  const indent = first === undefined ? "  " : (/\n([ \t]*)$/.exec(document.text.slice(0, first.start))?.[1] ?? "  ");
  const lineEnd = document.text.includes("\r\n") ? "\r\n" : "\n";
  const entry = `{${lineEnd}${indent}${indent}${JSON.stringify(name)}: ${JSON.stringify(range)}${lineEnd}${indent}}`;
  const empty = top.find(({ key }) => key === section);
  if (empty !== undefined) {
    document.edits.push({ rule: RULE, start: empty.valueNode.offset, end: empty.end, replacement: entry });
    return;
  }
  const text = `${JSON.stringify(section)}: ${entry}`;
  const before = top.find(({ key }) => key === "devDependencies" || key === "peerDependencies");
  const last = top.at(-1);
  if (before !== undefined) {
    document.edits.push({
      rule: RULE,
      start: before.start,
      end: before.start,
      replacement: `${text},${lineEnd}${indent}`,
    });
  } else if (last !== undefined) {
    document.edits.push({ rule: RULE, start: last.end, end: last.end, replacement: `,${lineEnd}${indent}${text}` });
  }
}

/** References to a workspace's catalog stay references. */
function rangeFor(range: string): string {
  return range.startsWith("catalog:") ? range : WARRENMQ_RANGE;
}
