import { applyEdits, inOrder } from "../engine/edit.ts";
import type { Edit } from "../engine/edit.ts";
import { findFiles } from "../engine/find-files.ts";
import type { FoundFile, SkippedFile } from "../engine/find-files.ts";
import { oneLine } from "../engine/one-line.ts";
import { isTestPath } from "../engine/script-file.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { TextLines } from "../engine/text-lines.ts";
import { sortedFindings } from "../flags/finding.ts";
import type { Finding } from "../flags/finding.ts";
import { installCommands } from "../manifests/install-commands.ts";
import { JsonDocument } from "../manifests/json-document.ts";
import { flagReferences, renameMapperKeys } from "../manifests/json-references.ts";
import { changeImportMap, isImportMap, withoutMapped } from "../manifests/import-map.ts";
import type { ImportMap } from "../manifests/import-map.ts";
import { flagManifest } from "../manifests/flag-manifest.ts";
import type { Manifest } from "../manifests/manifest.ts";
import { updateManifests } from "../manifests/update-manifests.ts";
import { folderOf, usageOf, usageOfUntouched } from "../manifests/usage.ts";
import type { FileUsage } from "../manifests/usage.ts";
import { catalogChanges, editCatalogs, isPnpmWorkspace } from "../manifests/workspace-catalog.ts";
import type { FileInventory } from "../inventory/builder.ts";
import { readCode } from "../inventory/code.ts";
import { readConstructs } from "../inventory/constructs.ts";
import { joinInventory } from "../inventory/graph.ts";
import { mergeItems } from "../inventory/inventory.ts";
import type { InventoryItems } from "../inventory/inventory.ts";
import { InfrastructureReader } from "../inventory/read-file.ts";
import { isServerlessScript, readServerlessScript } from "../inventory/serverless-script.ts";
import type { RuleContext } from "../rules/rule.ts";
import { rules } from "../rules/index.ts";
import { mentionsV2 } from "../rules/v2-mocks.ts";
import { SERVICES } from "../services/service.ts";
import { rewriteV2 } from "../v2/rewrite-v2.ts";
import { movedMock, relinkSpecifiers } from "./mock-moves.ts";
import type { ProjectOptions } from "./options.ts";
import type { EditReport, FileChange, FileMove, ProjectReport } from "./project-report.ts";
import { OpenedFiles } from "./opened-files.ts";
import { ANYTHING, loadScript } from "./scripts.ts";
import { fenceEdits, textReferences } from "./text-references.ts";
import { loadersOf, packageDoubles } from "./v2-files.ts";
import { readWorkspace, textOf, textsOf } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";
import { setImmediate as turn } from "node:timers/promises";

/** Told how far the analysis is. */
export type OnProgress = (done: number, total: number) => void;

/** So often the event loop gets its turn, for Ctrl-C. */
const FILES_PER_TURN = 64;

/**
 * Looks at every file of a project and finds out what to change, what to tell, and what its messaging is. Writes nothing.
 * @throws Error when a root does not exist
 */
export async function analyseProject(options: ProjectOptions, onProgress: OnProgress): Promise<ProjectReport> {
  const { base, roots, files, skipped } = findFiles(options);
  const selected = files.filter(
    ({ name, kind }) => kind !== "script" || options.tests === "all" || isTestPath(name) === (options.tests === "only"),
  );
  const analysis = new Analysis(options, selected, skipped);
  for (const [index, file] of selected.entries()) {
    await analysis.guarded(file, () => analysis.look(file));
    onProgress(index + 1, selected.length);
    if (index % FILES_PER_TURN === 0) await turn();
  }
  await analysis.finish();
  return analysis.report(base, roots);
}

/** What became of one script. */
interface ScriptResult {
  readonly findings: readonly Finding[];
  readonly change: FileChange | undefined;
  readonly usage: FileUsage;
}

class Analysis {
  readonly #options: ProjectOptions;
  readonly #context: RuleContext;
  readonly #files: readonly FoundFile[];
  readonly #workspace: Workspace;
  readonly #moves: ReadonlyMap<string, FileMove>;
  readonly #scripts = new Map<string, ScriptResult>();
  readonly #v2Files: ScriptFile[] = [];
  readonly #untouched: FileUsage[] = [];
  readonly #skipped: SkippedFile[];
  readonly #findings: Finding[];
  readonly #changes: FileChange[] = [];
  readonly #opened: OpenedFiles;
  readonly #infrastructure: InfrastructureReader;
  readonly #items: InventoryItems[] = [];
  readonly #importMaps: ImportMap[] = [];
  #parsed = 0;

  constructor(options: ProjectOptions, files: readonly FoundFile[], skipped: readonly SkippedFile[]) {
    this.#options = options;
    this.#files = files;
    this.#skipped = [...skipped];
    const services = options.services.map((name) => SERVICES[name]);
    const packages = new Map(services.map(({ awsPackage, warrenPackage }) => [awsPackage, warrenPackage]));
    this.#context = { packages, unwrapXray: options.unwrapXray };
    this.#workspace = readWorkspace(files);
    this.#opened = new OpenedFiles(files, this.#workspace.resolver);
    this.#infrastructure = new InfrastructureReader(files, textsOf(files));
    this.#findings = [...this.#workspace.findings];
    this.#moves = mockMoves(files, packages);
  }

  look(file: FoundFile): void {
    switch (file.kind) {
      case "script":
        return this.#lookAtScript(file);
      case "manifest":
      case "other":
        return;
      case "json":
      case "component":
      case "yaml":
      case "hcl":
      case "docs":
      case "text":
        return this.#lookAtText(file);
    }
  }

  /** A fault of ours, or a file that nobody has thought of, costs that file alone: it stays as it is, with a line in the report. */
  async guarded(file: Pick<FoundFile, "name" | "path">, action: () => void | Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const told = `the codemod failed on it (${oneLine(reason)}): please report this`;
      this.#skipped.push({ file: file.name, reason: told });
      this.#untouched.push(usageOfUntouched(file.path, file.name, textOf(file) ?? ""));
    }
  }

  /** What needs all files: aws-sdk v2, the manifests. */
  async finish(): Promise<void> {
    await this.#finishV2();
    await this.guarded({ name: "Terraform", path: "" }, async () => this.#take(await this.#infrastructure.finish()));
    for (const { findings, change } of this.#scripts.values()) {
      this.#findings.push(...findings);
      if (change !== undefined) this.#changes.push(change);
    }
    this.#finishManifests();
  }

  report(base: string, roots: readonly string[]): ProjectReport {
    const manifests = this.#changes.filter(({ file }) => /(^|\/)package\.json$/.test(file));
    return {
      base,
      roots,
      counts: { files: this.#files.length, parsed: this.#parsed },
      changes: this.#changes.toSorted((left, right) => (left.file < right.file ? -1 : 1)),
      moves: [...this.#moves.values()],
      findings: sortedFindings(this.#findings),
      skipped: this.#skipped,
      installCommands: installCommands(
        manifests.map(({ path }) => path),
        base,
      ),
      inventory: joinInventory(mergeItems(this.#items)),
    };
  }

  #lookAtScript(file: FoundFile): void {
    const isService = isServerlessScript(file.name);
    const loaded = isService ? loadScript(file, ANYTHING) : loadScript(file);
    if (loaded.type === "irrelevant") return;
    if (loaded.type === "skipped") {
      this.#skipped.push({ file: file.name, reason: loaded.reason });
      this.#findings.push(...loaded.findings);
      if (loaded.usage !== undefined) this.#untouched.push(loaded.usage);
      return;
    }
    this.#parsed += 1;
    const { script } = loaded;
    script.open = (specifier) => this.#opened.open(script.path, specifier);
    this.#applyRules(script);
    const constructs = readConstructs(script);
    this.#take(constructs === undefined ? [readCode(script)] : [readCode(script), constructs]);
    if (isService) this.#take(readServerlessScript(script));
    if (this.#options.v2 !== "off" && mentionsV2(script.text)) this.#v2Files.push(script);
    else this.#finishScript(script);
  }

  #applyRules(script: ScriptFile): void {
    for (const [name, rule] of Object.entries(rules)) {
      if (this.#isWanted(name) && rule.applies(script.text)) rule.check(script, this.#context);
    }
    if (this.#moves.size > 0) {
      const moves = new Map([...this.#moves.values()].map(({ fromPath, toPath }) => [fromPath, toPath]));
      relinkSpecifiers(script, moves, this.#workspace.resolver);
    }
  }

  #isWanted(rule: string): boolean {
    return this.#options.rules.length === 0 || this.#options.rules.includes(rule);
  }

  #finishScript(script: ScriptFile): void {
    const { path, name, text, edits, findings } = script;
    const change = edits.length === 0 ? undefined : fileChange(name, path, text, edits);
    this.#scripts.set(path, { findings, change, usage: usageOf(script) });
  }

  async #finishV2(): Promise<void> {
    const { v2 } = this.#options;
    if (v2 === "off" || this.#v2Files.length === 0) return;
    const { resolver } = this.#workspace;
    const scripts = this.#files.filter(({ kind }) => kind === "script");
    const loaders = loadersOf(this.#v2Files, scripts, resolver);
    for (const loader of loaders.files) {
      loader.open = (specifier) => this.#opened.open(loader.path, specifier);
      this.#applyRules(loader);
      // It says nothing of queues or topics by itself, but calls what another file made.
      if (!this.#scripts.has(loader.path)) this.#take([readCode(loader)]);
    }
    const files = [...this.#v2Files, ...loaders.files];
    const isDone = await this.#rewriteV2(files, loaders.suspects);
    for (const file of files) {
      await this.guarded(file, () => {
        if (!isDone) throw new Error("the analysis of aws-sdk v2 has failed");
        this.#finishScript(file);
      });
    }
  }

  /** Files that belong together fail together: half of them must not be changed. */
  async #rewriteV2(files: readonly ScriptFile[], suspects: ReadonlyMap<string, string>): Promise<boolean> {
    const { v2 } = this.#options;
    let isDone = false;
    await this.guarded({ name: "aws-sdk v2", path: "" }, () => {
      if (v2 !== "off")
        rewriteV2(files, this.#workspace.resolver, {
          mode: v2,
          packages: this.#context.packages,
          suspects,
          packageDoubles: packageDoubles(this.#files, this.#v2Files, this.#workspace.manifests),
        });
      isDone = true;
    });
    return isDone;
  }

  #lookAtText(file: FoundFile): void {
    const text = textOf(file);
    if (text === undefined) return;
    if (file.kind !== "docs" && file.kind !== "component" && file.kind !== "hcl")
      this.#infrastructure.readScripts(file, text);
    if (InfrastructureReader.concerns(file, text)) this.#take(this.#infrastructure.read(file, text));
    if (text.includes("@aws-sdk/client-")) this.#lookForNames(file, text);
  }

  #take(found: readonly FileInventory[]): void {
    for (const { items, findings } of found) {
      this.#items.push(items);
      this.#findings.push(...findings);
    }
  }

  #lookForNames(file: FoundFile, text: string): void {
    if (isPnpmWorkspace(file.name)) return; // With the manifests.
    const { packages } = this.#context;
    if (file.kind === "docs" && this.#options.docs) return this.#change(file, text, fenceEdits(text, packages));
    const document = file.kind === "json" ? JsonDocument.parse(text) : undefined;
    if (document === undefined) {
      this.#findings.push(...textReferences(file, text, packages));
      return;
    }
    if (isImportMap(file.name)) return void this.#importMaps.push({ file, document }); // With the manifests.
    const renamed = renameMapperKeys(document, packages);
    this.#findings.push(...flagReferences(file.name, document, packages, ({ offset }) => renamed.has(offset)));
    this.#change(file, text, document.edits);
  }

  #finishManifests(): void {
    const { manifests } = this.#workspace;
    const usages = [...[...this.#scripts.values()].map(({ usage }) => usage), ...this.#untouched];
    const awsPackages = new Set(this.#context.packages.keys());
    updateManifests({
      manifests,
      usages: withoutMapped(usages, this.#importMaps, manifests),
      awsPackages,
      lambdaFolders: this.#lambdaFolders(),
    });
    for (const manifest of manifests) this.#finishManifest(manifest);
    for (const map of this.#importMaps) this.#finishImportMap(map, usages);
    this.#finishCatalogs(manifests);
  }

  #finishManifest(manifest: Manifest): void {
    const { document, file } = manifest;
    this.#findings.push(...flagManifest(manifest, this.#context.packages));
    this.#change(file, document.text, document.edits);
  }

  #finishImportMap(map: ImportMap, usages: readonly FileUsage[]): void {
    const { file, document } = map;
    const { packages } = this.#context;
    const changed = changeImportMap(map, packages, usages);
    this.#findings.push(...flagReferences(file.name, document, packages, ({ offset }) => changed.has(offset)));
    this.#change(file, document.text, document.edits);
  }

  #finishCatalogs(manifests: readonly Manifest[]): void {
    const changes = catalogChanges(manifests, this.#context.packages);
    for (const file of this.#files) {
      if (!isPnpmWorkspace(file.name)) continue;
      const text = textOf(file) ?? "";
      const { edits, entries } = editCatalogs(text, changes);
      const references = textReferences(file, text, this.#context.packages);
      this.#findings.push(...references.filter(({ line }) => !entries.has(line)));
      this.#change(file, text, edits);
    }
  }

  #lambdaFolders(): Set<string> {
    const described = this.#files.filter(({ name }) =>
      /(^|\/)(serverless\.(ya?ml|ts|js|json)|template\.ya?ml|samconfig\.toml|sam\.ya?ml)$/.test(name),
    );
    return new Set(described.map(({ path }) => folderOf(path)));
  }

  #change({ name, path }: FoundFile, text: string, edits: readonly Edit[]): void {
    if (edits.length > 0) this.#changes.push(fileChange(name, path, text, edits));
  }
}

function mockMoves(files: readonly FoundFile[], packages: ReadonlyMap<string, string>): Map<string, FileMove> {
  const moves = new Map<string, FileMove>();
  for (const { path, name, kind } of files) {
    const toPath = kind === "script" ? movedMock(path, packages) : undefined;
    if (toPath === undefined) continue;
    const to = movedMock(`/${name}`, packages)?.slice(1) ?? toPath;
    moves.set(path, { from: name, to, fromPath: path, toPath });
  }
  return moves;
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
