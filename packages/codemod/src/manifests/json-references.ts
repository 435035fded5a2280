import { findingAt } from "../flags/finding.ts";
import type { Finding } from "../flags/finding.ts";
import { propertiesOf } from "./json-document.ts";
import type { JsonDocument, JsonProperty } from "./json-document.ts";
import type { Node as JsonNode } from "jsonc-parser";

/** Keys whose objects map module names: the resolver compares the keys with specifiers. */
const MAPPERS = new Set(["moduleNameMapper", "paths"]);

/**
 * Renames exact keys of `moduleNameMapper` and of tsconfig's `paths`, unless they lead to AWS's package itself.
 * @returns offsets of the strings that were changed
 */
export function renameMapperKeys(document: JsonDocument, packages: ReadonlyMap<string, string>): ReadonlySet<number> {
  const changed = new Set<number>();
  visitProperties(document.root, (property) => {
    if (!MAPPERS.has(property.key)) return;
    for (const { keyNode, key, valueNode } of propertiesOf(property.valueNode)) {
      const name = key.replace(/^\^(.*)\$$/, "$1");
      const target = packages.get(name);
      if (target === undefined || leadsTo(valueNode, name)) continue;
      document.replaceString("name-mapper", keyNode, key.startsWith("^") ? `^${target}$` : target);
      changed.add(keyNode.offset);
    }
  });
  return changed;
}

function leadsTo(value: JsonNode, name: string): boolean {
  let found = false;
  visitStrings(value, (node) => {
    found ||= new RegExp(`(^|node_modules/)${name}(/|$)`).test(String(node.value));
  });
  return found;
}

/** Reports the other strings of a JSON file that name a package. */
export function flagReferences(
  file: string,
  document: JsonDocument,
  packages: ReadonlyMap<string, string>,
  except: (node: JsonNode) => boolean,
): Finding[] {
  const findings: Finding[] = [];
  visitStrings(document.root, (node) => {
    const text = String(node.value);
    const found = [...packages.keys()].find((name) => text === name || new RegExp(`${name}(?![\\w-])`).test(text));
    if (found !== undefined && !except(node)) {
      findings.push(findingAt(file, document.lines, "CONFIG_REF", node.offset, text.length > 80 ? found : text));
    }
  });
  return findings;
}

function visitProperties(node: JsonNode, see: (property: JsonProperty) => void): void {
  if (node.type === "object") {
    for (const property of propertiesOf(node)) {
      see(property);
      visitProperties(property.valueNode, see);
    }
  } else if (node.type === "array") for (const child of node.children ?? []) visitProperties(child, see);
}

function visitStrings(node: JsonNode, see: (node: JsonNode) => void): void {
  if (node.type === "string") see(node);
  for (const child of node.children ?? []) visitStrings(child, see);
}
