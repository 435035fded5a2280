// `npm run test:faults -- [--seed N] [--seconds N] [--repeat N] [file …]`: the fault tests; the seed repeats the random ones,
// and the seconds say how long those inject faults (30). WARRENMQ_BROKER_VERSION chooses the broker. At the end it shows how
// long calls took to succeed again after each fault.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { seed: { type: "string" }, seconds: { type: "string" }, repeat: { type: "string", default: "1" } },
  allowPositionals: true,
});
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "warrenmq-faults-"));
const report = join(folder, "recoveries.jsonl");
const env = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  WARRENMQ_FAULT_REPORT: report,
  ...(values.seed === undefined ? {} : { WARRENMQ_SEED: values.seed }),
  ...(values.seconds === undefined ? {} : { WARRENMQ_FAULT_SECONDS: values.seconds }),
};
const vitest = join(root, "node_modules", ".bin", "vitest");
let failed = 0;
for (let run = 0; run < Number(values.repeat); run++) {
  const args = ["run", "--project=faults", ...positionals];
  const { status } = spawnSync(vitest, args, { cwd: root, env, stdio: "inherit" });
  if (status !== 0) failed++;
}
if (existsSync(report)) console.log(table(readFileSync(report, "utf8")));
rmSync(folder, { recursive: true });
if (failed > 0) console.log(`${failed} of ${values.repeat} runs failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** A table in Markdown. Of fewer than 100 recoveries the longest stands for the 99th percentile. */
function table(lines) {
  const times = new Map();
  for (const line of lines.trim().split("\n")) {
    const { fault, brokerVersion, recoveryMs } = JSON.parse(line);
    const key = `${fault} | ${brokerVersion}`;
    times.set(key, [...(times.get(key) ?? []), recoveryMs]);
  }
  const rows = [...times]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, unsorted]) => {
      const sorted = unsorted.toSorted((a, b) => a - b);
      const at = (share) => sorted[Math.ceil(sorted.length * share) - 1];
      return `| ${key} | ${sorted.length} | ${at(0.5)} ms | ${at(0.99)} ms |`;
    });
  return ["| fault | RabbitMQ | times | p50 | p99 |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}
