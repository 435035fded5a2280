// `npm run test:faults -- [--seed N] [--seconds N] [file …]`: the fault tests; the seed repeats the random ones, and the
// seconds say how long those inject faults (30). WARRENMQ_BROKER_VERSION chooses the broker.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { seed: { type: "string" }, seconds: { type: "string" } },
  allowPositionals: true,
});
const root = fileURLToPath(new URL("../../", import.meta.url));
const env = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  ...(values.seed === undefined ? {} : { WARRENMQ_SEED: values.seed }),
  ...(values.seconds === undefined ? {} : { WARRENMQ_FAULT_SECONDS: values.seconds }),
};
const vitest = join(root, "node_modules", ".bin", "vitest");
const { status } = spawnSync(vitest, ["run", "--project=faults", ...positionals], { cwd: root, env, stdio: "inherit" });
process.exitCode = status ?? 1;
