// What is published, read from the manifests: a package that is added needs no line here.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const directories = ["bench", ...readdirSync(new URL("packages/", root)).map((name) => `packages/${name}`)];

/** Published packages: `name` (of the folder), `directory` (in the repository), `path` (here), `manifest`. */
export const publishedPackages = directories
  .filter((directory) => existsSync(new URL(`${directory}/package.json`, root)))
  .map((directory) => {
    const manifest = JSON.parse(readFileSync(new URL(`${directory}/package.json`, root), "utf8"));
    return { name: basename(directory), directory, path: fileURLToPath(new URL(directory, root)), manifest };
  })
  .filter(({ manifest }) => manifest.private !== true);

/** The arguments by which pnpm packs all of them. */
export const packFilters = publishedPackages.flatMap(({ directory }) => ["--filter", `./${directory}`]);

/** The declarations of a package's public entry, relative to it. Undefined: it is not for importing. */
export function declarationsOf({ manifest }) {
  const entry = manifest.exports?.["."];
  return entry?.types ?? entry?.import?.types;
}
