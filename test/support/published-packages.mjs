// What is published, read from the manifests: a package that is added needs no line here.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../../packages/", import.meta.url);

/** Published packages: `name` (of the folder), `path`, `manifest`. */
export const publishedPackages = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const path = fileURLToPath(new URL(name, folder));
    return { name, path, manifest: JSON.parse(readFileSync(new URL(`${name}/package.json`, folder), "utf8")) };
  })
  .filter(({ manifest }) => manifest.private !== true);

/** The declarations of a package's public entry, relative to it. Undefined: it is not for importing. */
export function declarationsOf({ manifest }) {
  const entry = manifest.exports?.["."];
  return entry?.types ?? entry?.import?.types;
}
