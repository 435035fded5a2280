// `npm run test:soak -- [--minutes N] [--seed N] [--folder PATH]`: a process under mixed load and faults, which must lose
// nothing and not grow (10 minutes). soak.json and soak.html in the folder (soak-report) show it over time.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    folder: { type: "string", default: "soak-report" },
  },
});
const root = fileURLToPath(new URL("../../", import.meta.url));
const env = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  WARRENMQ_SEED: values.seed,
  WARRENMQ_SOAK_MINUTES: values.minutes,
  WARRENMQ_SOAK_FOLDER: resolve(values.folder),
};
const vitest = join(root, "node_modules", ".bin", "vitest");
const { status } = spawnSync(vitest, ["run", "--project=soak"], { cwd: root, env, stdio: "inherit" });
console.log(status === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
process.exitCode = status ?? 1;
