// The release workflow writes into each published manifest from which repository it comes: npm attests provenance only for
// packages that say so, and a fork that publishes says where it is.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishedPackages } from "./published-packages.mjs";

const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
if (GITHUB_SERVER_URL === undefined || GITHUB_REPOSITORY === undefined) {
  throw new Error("GITHUB_SERVER_URL and GITHUB_REPOSITORY must be set, as they are in a GitHub workflow.");
}
for (const { directory, path, manifest } of publishedPackages) {
  const url = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;
  const repository = { type: "git", url, directory };
  writeFileSync(join(path, "package.json"), `${JSON.stringify({ ...manifest, repository }, undefined, 2)}\n`);
}
