import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Broker, BrokerKind } from "@warrenmq/testing";
import type { Figure } from "../method/figure.ts";
import type { Effort } from "../method/scenario.ts";
import { describeCommit, describeMachine } from "./environment.ts";
import type { Machine } from "./environment.ts";

/** What `--json` writes. */
export interface Report {
  readonly suites: readonly string[];
  readonly startedAt: string;
  /** How long it took, or has taken so far. */
  readonly seconds: number;
  /** What was typed. */
  readonly command: string;
  readonly commit: string | null;
  readonly machine: Machine;
  /** Null when nothing that was measured needs one. */
  readonly broker: { readonly version: string; readonly kind: BrokerKind } | null;
  readonly effort: Effort;
  /** False when the run was interrupted; `figures` then has what was measured until then. */
  readonly complete: boolean;
  readonly figures: readonly Figure[];
}

/** All of a report that is known before anything is measured. */
export type ReportHeading = Omit<Report, "seconds" | "complete" | "figures">;

/** Describes the run that begins now. */
export async function reportHeading(
  { suites, command }: Pick<Report, "suites" | "command">,
  broker: Broker | undefined,
  effort: Effort,
): Promise<ReportHeading> {
  return {
    suites,
    command,
    startedAt: new Date().toISOString(),
    commit: await describeCommit(),
    machine: describeMachine(),
    broker: broker === undefined ? null : { version: broker.version, kind: broker.kind },
    effort,
  };
}

/** The line above the results. */
export function headline({ broker, machine, commit }: ReportHeading): string {
  const parts = [
    ...(broker === null ? [] : [`RabbitMQ ${broker.version} (${broker.kind})`]),
    `Node ${machine.node.slice(1)}`,
    `${machine.cores} × ${machine.cpu}`,
    `load ${machine.load.toFixed(1)}`,
    `commit ${commit ?? "unknown"}`,
  ];
  return parts.join(", ");
}

/** Writes the report as JSON. It may be there half done: a reader never sees half of it. */
export async function writeReport(file: string, report: Report): Promise<void> {
  await writeWhole(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

/** Writes a file, and the folder that it is in, if that is not there. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}
