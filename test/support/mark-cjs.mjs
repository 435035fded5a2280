// The CommonJS pass of `tsc -b` writes plain .js files; this file beside them is what tells Node and TypeScript so.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";

const packages = new URL("../../packages/", import.meta.url);
for (const name of readdirSync(packages)) {
  if (!existsSync(new URL(`${name}/tsconfig.cjs.json`, packages))) continue;
  const folder = new URL(`${name}/dist/cjs/`, packages);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("package.json", folder), '{ "type": "commonjs" }\n');
}
