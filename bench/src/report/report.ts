import { writeFile } from "node:fs/promises";
import type { Broker, BrokerKind } from "@warrenmq/testing";
import type { Figure } from "../method/figure.ts";
import type { Effort } from "../method/scenario.ts";
import { describeCommit, describeMachine } from "./environment.ts";
import type { Machine } from "./environment.ts";

/** What `--json` writes. */
export interface Report {
  readonly suites: readonly string[];
  readonly startedAt: string;
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
export type ReportHeading = Omit<Report, "complete" | "figures">;

/** Describes the run that begins now. */
export async function reportHeading(
  suites: readonly string[],
  broker: Broker | undefined,
  effort: Effort,
): Promise<ReportHeading> {
  return {
    suites,
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

/** Writes the report as JSON. */
export async function writeReport(file: string, report: Report): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
}
