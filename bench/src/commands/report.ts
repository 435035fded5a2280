import { readReport } from "../results/read-report.ts";
import { putOut } from "./outputs.ts";
import type { OutputOptions } from "./outputs.ts";

/** `report FILE`: shows a report again, or in another form. */
export async function reportCommand(file: string, flags: Omit<OutputOptions, "json">): Promise<number> {
  await putOut(await readReport(file), flags);
  return 0;
}
