// Applications that are shipped as one file: the round trip, bundled, run where no node_modules is in reach.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, inject, test } from "vitest";
import webpack from "webpack";
import { expectRoundTrip } from "./run-script.ts";

const sources = join(inject("packedProject"), "bundled");
const out = await mkdtemp(join(tmpdir(), "warrenmq-bundle-"));

beforeAll(() => cp(fileURLToPath(new URL("fixtures/scripts/", import.meta.url)), sources, { recursive: true }));
afterAll(() => rm(out, { recursive: true }));

test("esbuild makes a CommonJS file that sends and receives", async () => {
  const outfile = join(out, "esbuild.cjs");
  await build({ entryPoints: [join(sources, "require.cjs")], outfile, ...ESBUILD, format: "cjs" });
  await expectRoundTrip(outfile);
});

test("esbuild makes an ES module that sends and receives", async () => {
  const outfile = join(out, "esbuild.mjs");
  // amqplib is CommonJS and requires Node's own modules, for which esbuild's ES modules have no require().
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await build({ entryPoints: [join(sources, "import.mjs")], outfile, ...ESBUILD, format: "esm", banner });
  await expectRoundTrip(outfile);
});

test("webpack makes a file that sends and receives", async () => {
  const compiler = webpack({
    mode: "production",
    target: "node20",
    entry: join(sources, "import.mjs"),
    output: { path: out, filename: "webpack.cjs" },
    optimization: { minimize: false }, // esbuild's bundles are minified; webpack takes seconds for it
  });
  const stats = await promisify(compiler.run.bind(compiler))();
  if (stats?.hasErrors() !== false) throw new Error(stats?.toString("errors-only") ?? "webpack said nothing");
  await expectRoundTrip(join(out, "webpack.cjs"));
});

const ESBUILD = { bundle: true, minify: true, platform: "node", target: "node20", logLevel: "silent" } as const;
