/** A stretch of time of one run. */
export interface PagePoint {
  readonly seconds: number;
  readonly confirmedPerSecond: number;
  readonly receivedPerSecond: number;
  readonly sendP50Ms: number | null;
  readonly sendP99Ms: number | null;
  readonly arrivalP50Ms: number | null;
  readonly arrivalP99Ms: number | null;
}

/** One run of one target, as the charts show it. */
export interface PageRun {
  readonly repeat: number;
  readonly series: readonly PagePoint[];
  readonly send: readonly { readonly percent: number; readonly ms: number }[];
  readonly arrival: readonly { readonly percent: number; readonly ms: number }[];
}

/** What the charts show. */
export interface PageData {
  readonly targets: readonly { readonly name: string; readonly runs: readonly PageRun[] }[];
  readonly warmUpSeconds: number;
}
