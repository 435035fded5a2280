// jscodeshift with the transform that changes the same imports, in one process: its own workers only add to its CPU time.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import jscodeshift from "jscodeshift";
import { workerInput } from "../../worker-process.ts";
import { tellPass } from "./measured.ts";

const { folder, isPrefiltered }: { folder: string; isPrefiltered: boolean } = JSON.parse(workerInput());
const parsed = jscodeshift.withParser("tsx");
let changed = 0;
for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  if (!/\.[jt]s$/.test(name)) continue;
  const source = readFileSync(join(folder, name), "utf8");
  if (isPrefiltered && !source.includes("@aws-sdk/client-")) continue;
  if (transform(source) !== undefined) changed += 1;
}
tellPass(changed);

function transform(source: string): string | undefined {
  const root = parsed(source);
  const imports = root
    .find(parsed.ImportDeclaration)
    .filter((path) => /^@aws-sdk\/client-(sqs|sns|kinesis)$/.test(String(path.node.source.value)));
  if (imports.size() === 0) return undefined;
  imports.forEach((path) => {
    path.node.source = parsed.stringLiteral(String(path.node.source.value).replace("@aws-sdk/", "@warrenmq/"));
  });
  return root.toSource();
}
