import type { Finding } from "../flags/finding.ts";
import { flagReferences, renameMapperKeys } from "./json-references.ts";
import { SECTIONS } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

/** Renames what else in a manifest is a module's name for certain (Jest's mapper), and reports what is not. */
export function flagManifest(manifest: Manifest, packages: ReadonlyMap<string, string>): Finding[] {
  const { document, file } = manifest;
  flagAliases(manifest, packages);
  const dealtWith = new Set(renameMapperKeys(document, packages));
  for (const section of SECTIONS) {
    for (const path of [[section], [`${section}Meta`]]) {
      for (const { keyNode, valueNode } of document.properties(...path))
        dealtWith.add(keyNode.offset).add(valueNode.offset);
    }
  }
  for (const path of [["overrides"], ["resolutions"], ["pnpm", "overrides"]]) {
    for (const { keyNode } of document.properties(...path)) dealtWith.add(keyNode.offset);
  }
  const references = flagReferences(file.name, document, packages, ({ offset }) => dealtWith.has(offset));
  return [...manifest.findings, ...references];
}

/** `"queue-sdk": "npm:@aws-sdk/client-sqs@3"`. */
function flagAliases(manifest: Manifest, packages: ReadonlyMap<string, string>): void {
  for (const section of SECTIONS) {
    for (const { key, valueNode, start } of manifest.document.properties(section)) {
      const target = /^npm:(@[^@]+|[^@]+)(@|$)/.exec(String(valueNode.value))?.[1] ?? "";
      if (packages.has(target) && !packages.has(key))
        manifest.flag("MANIFEST_ALIAS", start, `${key}: ${String(valueNode.value)}`);
    }
  }
}
