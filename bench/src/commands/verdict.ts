import { readReport } from "../results/read-report.ts";
import { verdictLines } from "../results/run-text.ts";
import { capacityOf } from "../verdict/capacity.ts";
import { judgeFit } from "../verdict/verdict.ts";
import { WorkloadError } from "../workload/workload-error.ts";
import { readNeed } from "./need-options.ts";
import type { NeedFlags } from "./need-options.ts";

/** `verdict REPORT`: holds what a run measured against what is asked for. @returns the exit code: 0 when it fits, else 1 */
export async function verdictCommand(file: string, flags: NeedFlags): Promise<number> {
  const need = await readNeed(flags);
  if (need === undefined) throw new WorkloadError("say what is asked for: --metrics FILE, or --shards N");
  const report = await readReport(file);
  const capacity = capacityOf(report);
  if (capacity === undefined)
    throw new WorkloadError(`${file} has no target that passed: there is nothing to judge by`);
  const verdict = judgeFit(need, capacity);
  process.stdout.write(`${verdictLines(verdict).join("\n")}\n`);
  return verdict.fits ? 0 : 1;
}
