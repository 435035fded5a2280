// `node test/support/api-reports.mjs`: writes docs/api/<package>.api.md, the exports of each public entry with their signatures, from what
// was built. With `--check` it fails when a report does not say what was built. Only the entry "." is public.
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { declarationsOf, publishedPackages } from "./published-packages.mjs";

// api-extractor brings a TypeScript of its own, which reads the declarations, not the sources.
const COMPILER_OPTIONS = {
  target: "es2022",
  lib: ["es2022", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  skipLibCheck: true,
};

const check = process.argv.includes("--check");
const reports = fileURLToPath(new URL("../../docs/api/", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "warrenmq-api-"));
let drifted = 0;
for (const published of publishedPackages) {
  const declarations = declarationsOf(published);
  if (declarations !== undefined) report(published, join(published.path, declarations));
}
rmSync(temporary, { recursive: true });
if (drifted > 0) console.log("If that is meant: `npm run api-reports`, commit what it writes, and add a changeset.");
process.exitCode = drifted === 0 ? 0 : 1;

function report({ name, path }, declarations) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: path,
      mainEntryPointFilePath: declarations,
      compiler: { overrideTsconfig: { compilerOptions: COMPILER_OPTIONS, files: [declarations] } },
      apiReport: { enabled: true, reportFolder: reports, reportTempFolder: temporary, reportFileName: name },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        // The report is what is wanted, not api-extractor's opinion on doc comments, which oxlint and reviews look after.
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: join(path, "api-extractor.json"),
    packageJsonFullPath: join(path, "package.json"),
  });
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: !check,
    messageCallback: (message) => {
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  if (succeeded && !(check && apiReportChanged)) return;
  drifted++;
  console.log(`The exports of @warrenmq/${name} are not those in docs/api/${name}.api.md.`);
}
