import type { FlagCode, Severity } from "./codes.ts";
import { FLAGS } from "./kinds.ts";
import { oneLine } from "../engine/one-line.ts";
import type { TextLines } from "../engine/text-lines.ts";

/** Something that a person has to decide or to know, at one place. */
export interface Finding {
  readonly code: FlagCode;
  readonly severity: Severity;
  /** Relative to where the codemod was started, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What it is about, in this place: an operation, an option, a name. */
  readonly detail: string;
}

/** Makes a finding at an offset of a text. Its detail may quote code of several lines. */
export function findingAt(
  file: string,
  lines: TextLines,
  code: FlagCode,
  offset: number,
  detail: string,
  severity: Severity = FLAGS[code].severity,
): Finding {
  return { code, severity, file, ...lines.at(offset), detail: oneLine(detail) };
}

/** Findings by place, each once. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  const unique = new Map(findings.map((finding) => [Object.values(finding).join("\0"), finding]));
  return [...unique.values()].toSorted(
    (left, right) =>
      compareText(left.file, right.file) ||
      left.line - right.line ||
      left.column - right.column ||
      compareText(left.code, right.code),
  );
}

/** Orders texts by their characters, the same on every machine. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
