import { isMap, isPair, isScalar, parseDocument } from "yaml";
import type { Pair, YAMLMap } from "yaml";
import type { Edit } from "../engine/edit.ts";
import { WARRENMQ_RANGE } from "../services/service.ts";

/** What happened to the entries of pnpm's catalogs. */
export interface CatalogChange {
  readonly awsPackage: string;
  readonly warrenPackage: string;
  /** A manifest still refers to AWS's entry. */
  readonly isKept: boolean;
}

/** The edits of `pnpm-workspace.yaml` so that its catalogs have an entry for what the manifests refer to now. */
export function catalogEdits(text: string, changes: readonly CatalogChange[]): Edit[] {
  const document = parseDocument(text, { keepSourceTokens: true });
  if (document.errors.length > 0) return [];
  return catalogsOf(document.contents).flatMap((catalog) =>
    changes.flatMap((change) => editsIn(catalog, text, change)),
  );
}

function catalogsOf(root: unknown): YAMLMap[] {
  if (!isMap(root)) return [];
  const single = root.get("catalog", true);
  const several = root.get("catalogs", true);
  const named = isMap(several) ? several.items.map(({ value }) => value) : [];
  return [single, ...named].filter((value) => isMap(value));
}

function editsIn(catalog: YAMLMap, text: string, { awsPackage, warrenPackage, isKept }: CatalogChange): Edit[] {
  if (catalog.has(warrenPackage)) return [];
  const pair = catalog.items.find(
    (item): item is Pair => isPair(item) && isScalar(item.key) && item.key.value === awsPackage,
  );
  if (pair === undefined || !isScalar(pair.key) || !isScalar(pair.value)) return [];
  const [key, value] = [pair.key.range, pair.value.range];
  if (key === null || key === undefined || value === null || value === undefined) return [];
  const quote = text.charAt(key[0]) === "'" ? "'" : '"';
  const [quotedKey, newValue] = [`${quote}${warrenPackage}${quote}`, likeBefore(text.slice(value[0], value[1]))];
  if (isKept) {
    const lineStart = text.lastIndexOf("\n", key[0] - 1) + 1;
    const indent = text.slice(lineStart, key[0]);
    const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
    return [
      { rule: "catalog", start: value[1], end: value[1], replacement: `${lineEnd}${indent}${quotedKey}: ${newValue}` },
    ];
  }
  return [
    { rule: "catalog", start: key[0], end: key[1], replacement: quotedKey },
    { rule: "catalog", start: value[0], end: value[1], replacement: newValue },
  ];
}

function likeBefore(value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? "";
  return `${quote}${WARRENMQ_RANGE}${quote}`;
}
