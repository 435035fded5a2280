import type { FoundFile } from "../engine/find-files.ts";
import type { ModuleResolver } from "../engine/module-resolver.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { ANYTHING, loadScript } from "./scripts.ts";

/** So many are kept: the files that others take addresses from are few, but syntax trees are large. */
const KEPT = 64;

/** Files that are opened to look something up: modules of configuration, mostly. */
export class OpenedFiles {
  readonly #files: ReadonlyMap<string, FoundFile>;
  readonly #resolver: ModuleResolver;
  readonly #opened = new Map<string, ScriptFile | undefined>();

  constructor(files: readonly FoundFile[], resolver: ModuleResolver) {
    this.#files = new Map(files.flatMap((file) => (file.kind === "script" ? [[file.path, file]] : [])));
    this.#resolver = resolver;
  }

  /** The file that a specifier means; nothing when it is not in the project or does not parse. */
  open(from: string, specifier: string): ScriptFile | undefined {
    const path = this.#resolver.resolve(from, specifier);
    const file = path === undefined ? undefined : this.#files.get(path);
    if (file === undefined) return undefined;
    if (this.#opened.has(file.path)) return this.#opened.get(file.path);
    const loaded = loadScript(file, ANYTHING);
    const script = loaded.type === "parsed" ? loaded.script : undefined;
    if (script !== undefined) script.open = (next) => this.open(script.path, next);
    const [oldest] = this.#opened.keys();
    if (this.#opened.size >= KEPT && oldest !== undefined) this.#opened.delete(oldest);
    this.#opened.set(file.path, script);
    return script;
  }
}
