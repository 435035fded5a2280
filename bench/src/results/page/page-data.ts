import type { SeriesPoint } from "../../load/trial-result.ts";

/** One run of one target, as the charts show it. */
export interface PageRun {
  readonly repeat: number;
  readonly series: readonly SeriesPoint[];
  readonly send: readonly { readonly percent: number; readonly ms: number }[];
  readonly arrival: readonly { readonly percent: number; readonly ms: number }[];
}

/** What the charts show. */
export interface PageData {
  readonly targets: readonly { readonly name: string; readonly runs: readonly PageRun[] }[];
  readonly warmUpSeconds: number;
}
