import { createTwoFilesPatch } from "diff";
import type { ProjectReport } from "../project/project-report.ts";

/** The changes as a patch that `git apply` takes, moves included. */
export function unifiedDiff({ changes, moves }: Pick<ProjectReport, "changes" | "moves">): string {
  const moved = new Map(moves.map((move) => [move.from, move.to]));
  const patches = changes.map(({ file, before, after }) => {
    const to = moved.get(file) ?? file;
    moved.delete(file);
    return heading(file, to) + body(file, to, before, after);
  });
  const onlyMoved = [...moved].map(([from, to]) => heading(from, to));
  return [...patches, ...onlyMoved].join("");
}

function heading(from: string, to: string): string {
  const first = `diff --git a/${from} b/${to}\n`;
  return from === to ? first : `${first}rename from ${from}\nrename to ${to}\n`;
}

function body(from: string, to: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(`a/${from}`, `b/${to}`, before, after, undefined, undefined, { context: 3 });
  return patch.slice(patch.indexOf("---"));
}
