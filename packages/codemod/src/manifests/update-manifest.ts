import { WARRENMQ_RANGE } from "../services/service.ts";
import type { Declaration, Manifest, Section } from "./manifest.ts";

/** What a manifest needs for one AWS package. */
export interface PackageChange {
  readonly awsPackage: string;
  /** Ours, one or, for aws-sdk v2, several. */
  readonly replacements: readonly string[];
  /** Whether a file of this package needs the replacements now. */
  readonly isUsed: boolean;
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
  if (declarations.length === 0 && change.isUsed) {
    // An alias, a fork or a link stays a person's decision; what the files import now must be there.
    for (const name of missing) addDependency(manifest, "dependencies", name);
    return;
  }
  for (const declaration of declarations) {
    if (change.keepBecause !== undefined) {
      manifest.flag("MANIFEST_KEPT", declaration.property.start, `${change.awsPackage}: ${change.keepBecause}`);
      if (!moves)
        for (const name of missing) manifest.changesOf(declaration.section).add(name, rangeFor(declaration.range));
    } else if (moves || missing.length === 0) manifest.changesOf(declaration.section).remove(declaration.property);
    else replaceIn(manifest, declaration, missing);
  }
  if (moves) for (const name of missing) manifest.changesOf("dependencies").add(name, WARRENMQ_RANGE);
}

/** Adds our package to a manifest that did not declare AWS's. */
export function addDependency(manifest: Manifest, section: Section, name: string): void {
  if (!manifest.declares(name)) manifest.changesOf(section).add(name, WARRENMQ_RANGE);
}

/** Aliases, forks and links are a person's decision. */
function isOrdinary(manifest: Manifest, { property, range }: Declaration): boolean {
  if (!/^(npm:|file:|link:|portal:|git|https?:|github:)/.test(range)) return true;
  manifest.flag("MANIFEST_ALIAS", property.start, `${property.key}: ${range}`);
  return false;
}

function replaceIn(manifest: Manifest, { section, property, range }: Declaration, names: readonly string[]): void {
  const { document } = manifest;
  const [first = "", ...others] = names;
  document.replaceString(RULE, property.keyNode, first);
  const newRange = rangeFor(range);
  if (newRange !== range) document.replaceString(RULE, property.valueNode, newRange);
  for (const other of others) manifest.changesOf(section).add(other, newRange);
  for (const meta of document.properties(`${section}Meta`)) {
    if (meta.key === property.key) document.replaceString(RULE, meta.keyNode, first);
  }
}

/** References to a workspace's catalog stay references. */
function rangeFor(range: string): string {
  return range.startsWith("catalog:") ? range : WARRENMQ_RANGE;
}
