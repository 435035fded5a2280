import type { Severity } from "../../flags/codes.ts";

/** A box of the map. */
export interface PageNode {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly places: readonly { readonly file: string; readonly line: number; readonly source: string }[];
}

/** A line of the map. */
export interface PageEdge {
  readonly from: string;
  readonly to: string;
  readonly role: string;
  readonly operation: string;
  readonly joinedBy: string;
  readonly file: string;
  readonly line: number;
}

/** A row of the list of findings. */
export interface PageFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly file: string;
  readonly line: number;
  readonly detail: string;
  readonly nextStep: string;
}

/** Everything that the page shows. */
export interface PageData {
  readonly nodes: readonly PageNode[];
  readonly edges: readonly PageEdge[];
  readonly findings: readonly PageFinding[];
}
