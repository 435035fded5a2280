import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { FigureSpec } from "../method/figure.ts";
import type { LocalScenario } from "../method/scenario.ts";
import { readReport } from "../results/read-report.ts";

const figure: FigureSpec = {
  name: "quick-verdict",
  title: "from the command `quick` to its verdict, the start of a broker and of all processes included",
  unit: "s",
  target: { atMost: 60 },
};
/** No verdict after this time is none. */
const TIMEOUT_MS = 180_000;

/** The command as a user gives it, once. */
export const quickVerdict: LocalScenario = {
  name: figure.name,
  needsBroker: false,
  figures: [figure],
  measure: async ({ progress, signal }) => {
    progress.expect(1);
    const folder = await mkdtemp(join(tmpdir(), "warrenmq-bench-"));
    const json = join(folder, "quick.json");
    const cli = fileURLToPath(new URL("../cli.js", import.meta.url));
    try {
      const startMs = performance.now();
      // Its exit code is the verdict, which is not what is measured.
      await promisify(execFile)(process.execPath, [cli, "quick", "--json", json], {
        timeout: TIMEOUT_MS,
        signal,
      }).catch(() => undefined);
      const value = (performance.now() - startMs) / 1000;
      progress.advance();
      const { verdict } = await readReport(json);
      if (verdict === undefined) throw new Error("there was no verdict");
      return { [figure.name]: { value, details: { verdict: { headroom: verdict.headroom } } } };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
