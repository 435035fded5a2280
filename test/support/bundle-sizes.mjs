// `node test/support/bundle-sizes.mjs`: what each client adds to a bundle beyond the AWS SDK itself: esbuild, minified, with all that it brings (amqplib
// among it). Fails when that is more than its budget. A budget is raised in the change that needs it, which says why.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { publishedPackages } from "./published-packages.mjs";

/** In KiB, minified, not compressed: about a tenth above what was measured. */
const BUDGETS = { "client-kinesis": 460, "client-sns": 310, "client-sqs": 320, core: 2, streams: 50 };

let failed = 0;
for (const { name, path, manifest } of publishedPackages) {
  // Tools and test helpers are not bundled.
  if (manifest.main === undefined) continue;
  const { outputFiles } = await build({
    stdin: { contents: `export * from "${manifest.name}"`, resolveDir: path },
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "esm",
    external: ["@aws-sdk/*", "@smithy/*", "@aws/*"],
  });
  const [{ contents }] = outputFiles;
  const budget = BUDGETS[name] ?? 0;
  const fits = contents.length <= budget * 1_024;
  if (!fits) failed++;
  console.log(
    fits ? "ok  " : "FAIL",
    `${manifest.name}: ${kib(contents.length)} KiB of ${budget} (${kib(gzipSync(contents).length)} KiB gzipped)`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;

function kib(bytes) {
  return (bytes / 1_024).toFixed(1);
}
