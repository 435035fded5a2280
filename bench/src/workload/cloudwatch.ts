import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { WorkloadError } from "./workload-error.ts";

/** A metric over time, in sums a period. */
export interface MetricSeries {
  readonly name: string;
  readonly points: readonly { readonly timeMs: number; readonly sum: number }[];
  /** The length of a period in seconds. */
  readonly periodSeconds: number;
}

const time = z.union([z.string(), z.number()]);
const metricData = z.object({
  MetricDataResults: z.array(
    z.object({
      Id: z.string().optional(),
      Label: z.string(),
      Timestamps: z.array(time),
      Values: z.array(z.number()),
    }),
  ),
});
const metricStatistics = z.object({
  Label: z.string(),
  Datapoints: z.array(z.object({ Timestamp: time, Sum: z.number() })),
});

/** The metrics that matter, by what CloudWatch, or somebody's spreadsheet, calls them. */
const KNOWN: Readonly<Record<string, RegExp>> = {
  IncomingBytes: /incoming\s*(bytes|data)/iu,
  IncomingRecords: /incoming\s*records/iu,
  "GetRecords.Bytes": /get\s*records\s*\.?\s*bytes|outgoing\s*bytes/iu,
  "GetRecords.Records": /get\s*records\s*\.?\s*records|outgoing\s*records/iu,
};

/**
 * Reads what `aws cloudwatch get-metric-data` or `get-metric-statistics` (with the statistic Sum) printed, or the CSV file that
 * the console downloads. @throws WorkloadError when it is neither
 */
export async function readCloudWatch(file: string): Promise<MetricSeries[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new WorkloadError(`cannot read the metrics "${file}"`, { cause: error });
  });
  return parseCloudWatch(text, file);
}

/** {@link readCloudWatch} of a text. */
export function parseCloudWatch(text: string, file: string): MetricSeries[] {
  const trimmed = text.trimStart();
  const series = trimmed.startsWith("{") || trimmed.startsWith("[") ? fromJson(trimmed, file) : fromCsv(text, file);
  if (series.length === 0) {
    const names = Object.keys(KNOWN).join(", ");
    throw new WorkloadError(`${file} has none of the metrics ${names}: export them with the statistic Sum`);
  }
  return series;
}

function fromJson(text: string, file: string): MetricSeries[] {
  const documents = parseJson(text, file);
  return documents.flatMap((document) => {
    const data = metricData.safeParse(document);
    if (data.success) {
      return data.data.MetricDataResults.flatMap(({ Label, Id, Timestamps, Values }) =>
        seriesOf(
          [Label, Id ?? ""],
          Timestamps.map((stamp, index) => ({ timeMs: timeMs(stamp, file), sum: Values[index] ?? 0 })),
        ),
      );
    }
    const statistics = metricStatistics.safeParse(document);
    if (!statistics.success) {
      throw new WorkloadError(
        `${file} is JSON, but not the output of get-metric-data or of get-metric-statistics (Sum)`,
      );
    }
    const { Label, Datapoints } = statistics.data;
    return seriesOf(
      [Label],
      Datapoints.map(({ Timestamp, Sum }) => ({ timeMs: timeMs(Timestamp, file), sum: Sum })),
    );
  });
}

/** One document, an array of them, or several one after the other (`cat` of several outputs). */
function parseJson(text: string, file: string): unknown[] {
  try {
    const whole: unknown = JSON.parse(text);
    return Array.isArray(whole) ? whole : [whole];
  } catch (error) {
    try {
      return text.split(/^(?=\{)/mu).map((part): unknown => JSON.parse(part));
    } catch {
      throw new WorkloadError(`${file} is no JSON`, { cause: error });
    }
  }
}

/** A column of times, and one for each metric, named in one of the lines above the first time. */
function fromCsv(text: string, file: string): MetricSeries[] {
  const rows = readRows(text, file);
  const first = rows.findIndex(([cell = ""]) => isTime(cell));
  if (first < 1)
    throw new WorkloadError(`${file} has no line that begins with a time, below one that names the columns`);
  const columns = rows[first]?.length ?? 0;
  return Array.from({ length: columns - 1 }, (_, index) => index + 1).flatMap((column) => {
    const titles = rows.slice(0, first).map((row) => row[column] ?? "");
    const points = rows.slice(first).flatMap((row) => {
      const [stamp = "", value = ""] = [row[0], row[column]];
      if (!isTime(stamp) || value.trim() === "") return [];
      const sum = Number(value);
      if (!Number.isFinite(sum)) throw new WorkloadError(`${file}: "${value}" is not a number`);
      return [{ timeMs: timeMs(stamp, file), sum }];
    });
    return seriesOf(titles, points);
  });
}

function readRows(text: string, file: string): string[][] {
  try {
    return parse(text, { relaxColumnCount: true, skipEmptyLines: true, trim: true, bom: true });
  } catch (error) {
    throw new WorkloadError(`${file} is no CSV`, { cause: error });
  }
}

function seriesOf(titles: readonly string[], points: MetricSeries["points"]): MetricSeries[] {
  const found = Object.entries(KNOWN).find(([name, pattern]) =>
    titles.some((title) => title === name || pattern.test(title)),
  );
  if (found === undefined || points.length === 0) return [];
  const sorted = points.toSorted((a, b) => a.timeMs - b.timeMs);
  return [{ name: found[0], points: sorted, periodSeconds: periodOf(sorted) }];
}

/** The shortest time between two points: periods without data are left out of exports. A single point is taken for a minute. */
function periodOf(points: MetricSeries["points"]): number {
  let period = Number.POSITIVE_INFINITY;
  for (let index = 1; index < points.length; index++) {
    const gap = ((points[index]?.timeMs ?? 0) - (points[index - 1]?.timeMs ?? 0)) / 1000;
    if (gap > 0) period = Math.min(period, gap);
  }
  return Number.isFinite(period) ? period : 60;
}

function isTime(cell: string): boolean {
  return /^\d{4}[-/]\d{1,2}[-/]\d{1,2}/u.test(cell) && !Number.isNaN(Date.parse(cell));
}

function timeMs(stamp: string | number, file: string): number {
  const parsed = typeof stamp === "number" ? stamp * (stamp < 1e11 ? 1000 : 1) : Date.parse(stamp);
  if (Number.isNaN(parsed)) throw new WorkloadError(`${file}: "${stamp}" is not a time`);
  return parsed;
}
