import type { FoundFile } from "../engine/find-files.ts";
import type { Edit } from "../engine/edit.ts";
import { TextLines } from "../engine/text-lines.ts";
import { findingAt } from "../flags/finding.ts";
import type { Finding } from "../flags/finding.ts";
import type { FlagCode } from "../flags/codes.ts";
import { hits } from "./scripts.ts";

const CODES: Readonly<Partial<Record<FoundFile["kind"], FlagCode>>> = {
  component: "COMPONENT_REF",
  yaml: "CONFIG_REF",
  json: "CONFIG_REF",
  text: "CONFIG_REF",
  hcl: "CONFIG_REF",
};

/** Reports a file that is no script and names a package; of documentation only the first place. */
export function textReferences(
  { name, kind }: FoundFile,
  text: string,
  packages: ReadonlyMap<string, string>,
): Finding[] {
  const lines = new TextLines(text);
  const found = hits(text, packagePattern(packages));
  const [first] = found;
  if (first === undefined) return [];
  if (kind === "docs") return [findingAt(name, lines, "DOCS_REF", first, `${found.length} lines name the package`)];
  const code = CODES[kind];
  if (code === undefined) return [];
  return found.map((offset) =>
    findingAt(name, lines, code, offset, lines.lineText(lines.at(offset).line).trim().slice(0, 80)),
  );
}

/** Replaces the names in the code fences of Markdown. */
export function fenceEdits(text: string, packages: ReadonlyMap<string, string>): Edit[] {
  const edits: Edit[] = [];
  for (const fence of text.matchAll(/^([ \t]*)(```|~~~)[^\n]*\n[\s\S]*?^\1\2/gm)) {
    for (const match of fence[0].matchAll(packagePattern(packages))) {
      const start = fence.index + match.index;
      edits.push({
        rule: "docs",
        start,
        end: start + match[0].length,
        replacement: packages.get(match[0]) ?? match[0],
      });
    }
  }
  return edits;
}

function packagePattern(packages: ReadonlyMap<string, string>): RegExp {
  return new RegExp(`(?:${[...packages.keys()].join("|")})(?![\\w-])`, "g");
}
