import type { Finding } from "../flags/finding.ts";
import type { ProjectReport } from "../project/project-report.ts";

/** How much is left for people in one part of a project. */
export type Effort = "automatic" | "review" | "blocked";

/** The effort of one package, or of what is in none. */
export interface PackageEffort {
  /** The folder, relative to where the codemod ran. */
  readonly folder: string;
  readonly effort: Effort;
  readonly edits: number;
  readonly review: number;
  readonly blocked: number;
  /** The codes that block, most frequent first. */
  readonly blockingCodes: readonly string[];
}

/** The effort of each top folder that has edits or findings, the hardest first. */
export function effortOf({ changes, findings }: Pick<ProjectReport, "changes" | "findings">): PackageEffort[] {
  const folders = new Map<string, { edits: number; findings: Finding[] }>();
  const at = (file: string): { edits: number; findings: Finding[] } => {
    const folder = topFolder(file);
    const known = folders.get(folder) ?? { edits: 0, findings: [] };
    folders.set(folder, known);
    return known;
  };
  for (const { file, edits } of changes) at(file).edits += edits.length;
  for (const finding of findings) if (finding.severity !== "info") at(finding.file).findings.push(finding);
  const efforts = [...folders].map(([folder, { edits, findings: found }]) => packageEffort(folder, edits, found));
  return efforts.toSorted(
    (left, right) =>
      right.blocked - left.blocked || right.review - left.review || (left.folder < right.folder ? -1 : 1),
  );
}

function packageEffort(folder: string, edits: number, findings: readonly Finding[]): PackageEffort {
  const blocking = findings.filter(({ severity }) => severity === "blocked");
  const counts = new Map<string, number>();
  for (const { code } of blocking) counts.set(code, (counts.get(code) ?? 0) + 1);
  const review = findings.length - blocking.length;
  return {
    folder,
    effort: blocking.length > 0 ? "blocked" : review > 0 ? "review" : "automatic",
    edits,
    review,
    blocked: blocking.length,
    blockingCodes: [...counts].toSorted((left, right) => right[1] - left[1]).map(([code]) => code),
  };
}

/** `packages/orders` of a monorepo, else the first folder. */
function topFolder(file: string): string {
  const parts = file.split("/");
  if (parts.length === 1) return ".";
  const [first = "", second = ""] = parts;
  return /^(packages|apps|services|libs|modules|lambdas|functions|plugins|examples|\.\.)$/.test(first) &&
    parts.length > 2
    ? `${first}/${second}`
    : first;
}
