import type { FoundFile } from "../engine/find-files.ts";
import { writtenLike } from "../services/inline-version.ts";
import { propertiesOf } from "./json-document.ts";
import type { JsonDocument, JsonProperty } from "./json-document.ts";
import type { Manifest } from "./manifest.ts";
import { folderOf, isWithin, REPLACEMENTS } from "./usage.ts";
import type { FileUsage } from "./usage.ts";

/** The import map of a Deno project. */
export interface ImportMap {
  readonly file: FoundFile;
  readonly document: JsonDocument;
}

/** Whether a file can be an import map. */
export function isImportMap(name: string): boolean {
  return /(^|\/)(deno\.jsonc?|import[_-]?map\.json)$/.test(name);
}

/**
 * Gives our packages the entries of AWS's: renamed, or beside them where a file still imports AWS's.
 * @returns offsets of the strings that were changed
 */
export function changeImportMap(
  { file, document }: ImportMap,
  packages: ReadonlyMap<string, string>,
  usages: readonly FileUsage[],
): ReadonlySet<number> {
  const changed = new Set<number>();
  const within = usages.filter(({ path }) => isWithin(path, folderOf(file.path)));
  const maps = [document.at("imports"), ...document.properties("scopes").map(({ valueNode }) => valueNode)];
  for (const map of maps) {
    const entries = propertiesOf(map);
    for (const entry of entries) {
      const ours = packages.get(entry.key);
      const written = String(entry.valueNode.value);
      const range = ours === undefined ? written : writtenLike(written, ours);
      if (ours === undefined || range === ours || entries.some(({ key }) => key === ours)) continue;
      if (within.some(({ after }) => after.has(entry.key))) addBeside(document, entries, entry, ours, range);
      else {
        document.replaceString("import-map", entry.keyNode, ours);
        document.replaceString("import-map", entry.valueNode, range);
      }
      changed.add(entry.keyNode.offset).add(entry.valueNode.offset);
    }
  }
  return changed;
}

/** What files get through an import map is in no manifest, unless one declares it, too. */
export function withoutMapped(
  usages: readonly FileUsage[],
  maps: readonly ImportMap[],
  manifests: readonly Manifest[],
): readonly FileUsage[] {
  if (maps.length === 0) return usages;
  return usages.map((usage) => {
    const names = maps
      .filter(({ file }) => isWithin(usage.path, folderOf(file.path)))
      .flatMap(({ document }) => document.properties("imports").map(({ key }) => REPLACEMENTS.get(key) ?? key));
    const above = manifests.filter(({ folder }) => isWithin(usage.path, folder));
    const isDeclared = [...usage.before].some((name) => above.some((manifest) => manifest.declares(name)));
    const isUnmapped = (name: string): boolean => isDeclared || !names.includes(REPLACEMENTS.get(name) ?? name);
    const [before, after] = [usage.before, usage.after].map((all) => new Set([...all].filter(isUnmapped)));
    return { ...usage, before: before ?? usage.before, after: after ?? usage.after };
  });
}

function addBeside(
  document: JsonDocument,
  entries: readonly JsonProperty[],
  { end }: JsonProperty,
  name: string,
  range: string,
): void {
  document.edit("import-map", end, end, `,${document.separator(entries)}"${name}": "${range}"`);
}
