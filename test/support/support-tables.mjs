// Prints docs/support/*.md from the operation tables, so that the docs cannot say anything else than the code.
// `--check` writes nothing and fails when a page is out of date.
import { readFileSync, writeFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const check = process.argv.includes("--check");
const LABELS = { supported: "yes", partial: "in part", unsupported: "no" };

const services = [
  { name: "SNS", page: "docs/support/sns.md", table: "packages/client-sns/dist/esm/operations/index.js" },
  { name: "SQS", page: "docs/support/sqs.md", table: "packages/client-sqs/dist/esm/operations/index.js" },
  { name: "Kinesis", page: "docs/support/kinesis.md", table: "packages/client-kinesis/dist/esm/operations/index.js" },
];

function page({ name }, operations) {
  const entries = Object.entries(operations).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const served = entries.filter(([, { status }]) => status !== "unsupported").length;
  const rows = entries.map(
    ([operation, { status, difference }]) => `| ${operation} | ${LABELS[status]} | ${difference} |`,
  );
  return [
    `# ${name} on RabbitMQ`,
    "",
    `${served} of ${entries.length} operations are served. This page is printed from the operation table; do not edit it.`,
    "An operation that is not served fails with `UnsupportedOperation` before anything is sent.",
    "",
    "| operation | served | what differs from AWS |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

let stale = 0;
for (const service of services) {
  const { operations } = await import(new URL(service.table, root));
  const text = page(service, operations);
  const file = new URL(service.page, root);
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(`${service.page} is out of date: run npm run docs`);
    stale++;
  }
}
process.exitCode = stale > 0 ? 1 : 0;
