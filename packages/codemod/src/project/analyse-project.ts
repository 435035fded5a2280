import { applyEdits, inOrder } from "../engine/edit.ts";
import type { Edit } from "../engine/edit.ts";
import { findFiles } from "../engine/find-files.ts";
import type { FoundFile, SkippedFile } from "../engine/find-files.ts";
import { isTestPath } from "../engine/script-file.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { TextLines } from "../engine/text-lines.ts";
import { sortedFindings } from "../flags/finding.ts";
import type { Finding } from "../flags/finding.ts";
import { EMPTY_ITEMS } from "../inventory/inventory.ts";
import type { RuleContext } from "../rules/rule.ts";
import { rules } from "../rules/index.ts";
import { SERVICES } from "../services/service.ts";
import type { ProjectOptions } from "./options.ts";
import type { EditReport, FileChange, ProjectReport } from "./project-report.ts";
import { loadScript } from "./scripts.ts";

/** Told how far the analysis is. */
export type OnProgress = (done: number, total: number) => void;

/**
 * Looks at every file of a project and finds out what to change, what to tell, and what its messaging is. Writes nothing.
 * @throws Error when a root does not exist
 */
export async function analyseProject(options: ProjectOptions, onProgress: OnProgress): Promise<ProjectReport> {
  const { roots, files, skipped } = findFiles(options);
  const analysis = new Analysis(options, skipped);
  const selected = files.filter(
    ({ name }) => options.tests === "all" || isTestPath(name) === (options.tests === "only"),
  );
  for (const [index, file] of selected.entries()) {
    analysis.look(file);
    onProgress(index + 1, selected.length);
  }
  return analysis.report(roots, selected.length);
}

class Analysis {
  readonly #options: ProjectOptions;
  readonly #context: RuleContext;
  readonly #skipped: SkippedFile[];
  readonly #findings: Finding[] = [];
  readonly #changes: FileChange[] = [];
  #parsed = 0;

  constructor(options: ProjectOptions, skipped: readonly SkippedFile[]) {
    this.#options = options;
    this.#skipped = [...skipped];
    const services = options.services.map((name) => SERVICES[name]);
    this.#context = {
      packages: new Map(services.map(({ awsPackage, warrenPackage }) => [awsPackage, warrenPackage])),
      unwrapXray: options.unwrapXray,
    };
  }

  look(file: FoundFile): void {
    if (file.kind === "script") this.#lookAtScript(file);
  }

  report(roots: readonly string[], files: number): ProjectReport {
    return {
      roots,
      counts: { files, parsed: this.#parsed },
      changes: this.#changes,
      moves: [],
      findings: sortedFindings(this.#findings),
      skipped: this.#skipped,
      installCommands: [],
      inventory: { ...EMPTY_ITEMS, nodes: [], edges: [] },
    };
  }

  #lookAtScript(file: FoundFile): void {
    const loaded = loadScript(file);
    if (loaded.type === "irrelevant") return;
    if (loaded.type === "skipped") {
      this.#skipped.push({ file: file.name, reason: loaded.reason });
      this.#findings.push(...loaded.findings);
      return;
    }
    this.#parsed += 1;
    this.#applyRules(loaded.script);
    this.#finish(loaded.script);
  }

  #applyRules(script: ScriptFile): void {
    for (const [name, rule] of Object.entries(rules)) {
      const isWanted = this.#options.rules.length === 0 || this.#options.rules.includes(name);
      if (isWanted && rule.applies(script.text)) rule.check(script, this.#context);
    }
  }

  #finish(script: ScriptFile): void {
    this.#findings.push(...script.findings);
    if (script.edits.length > 0) this.#changes.push(fileChange(script.name, script.path, script.text, script.edits));
  }
}

/** What a file becomes by its edits. */
export function fileChange(file: string, path: string, text: string, edits: readonly Edit[]): FileChange {
  const lines = new TextLines(text);
  return {
    file,
    path,
    before: text,
    after: applyEdits(text, edits),
    edits: inOrder(edits).map((edit) => editReport(edit, text, lines)),
  };
}

function editReport({ rule, start, end, replacement }: Edit, text: string, lines: TextLines): EditReport {
  return { rule, ...lines.at(start), before: text.slice(start, end), after: replacement };
}
