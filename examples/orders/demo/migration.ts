import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyseProject, colouredDiff, defaultOptions } from "@warrenmq/codemod";

/** The sources, seen from dist/demo. */
const aws = fileURLToPath(new URL("../../aws", import.meta.url));
const rabbitmq = fileURLToPath(new URL("../../rabbitmq", import.meta.url));

/**
 * What `npx @warrenmq/codemod migrate` makes of the service for AWS, as a diff.
 * @throws Error when that is not the service for RabbitMQ, byte for byte
 */
export async function migrationDiff(): Promise<string> {
  const report = await analyseProject(defaultOptions(aws), () => undefined);
  for (const { file, after } of report.changes) {
    const expected = await readFile(join(rabbitmq, file), "utf8");
    if (after !== expected) throw new Error(`the codemod makes something else of ${file} than rabbitmq/${file}`);
  }
  return colouredDiff(report);
}
