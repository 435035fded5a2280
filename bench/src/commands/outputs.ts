import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { RunReport } from "../results/run-report.ts";
import { runHtml } from "../results/run-html.ts";
import { runMarkdown } from "../results/run-markdown.ts";
import { notesOf, runHeadline, runTable, verdictLines } from "../results/run-text.ts";

/** Where a report goes beside the terminal. */
export interface OutputOptions {
  readonly json?: string;
  readonly markdown?: string;
  readonly html?: string;
}

/** Prints a report, and writes it in each form that was asked for. */
export async function putOut(report: RunReport, { json, markdown, html }: OutputOptions): Promise<void> {
  const lines = [runHeadline(report), runTable(report), ...notesOf(report)];
  if (report.verdict !== undefined) lines.push("", ...verdictLines(report.verdict));
  process.stdout.write(`${lines.join("\n")}\n`);
  if (json !== undefined) await put(json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (markdown !== undefined) await put(markdown, runMarkdown(report));
  if (html !== undefined) await put(html, runHtml(report));
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  process.stderr.write(`wrote ${file}\n`);
}
