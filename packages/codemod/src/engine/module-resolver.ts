import { dirname, resolve } from "node:path";

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts"];

/** A package of the workspace. */
export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  /** `main`, `module` or `types`, as written. */
  readonly entries: readonly string[];
}

/** `paths` of a tsconfig.json. */
export interface PathMapping {
  readonly folder: string;
  readonly pattern: string;
  readonly targets: readonly string[];
}

/** Finds the file of the project that a specifier means. */
export class ModuleResolver {
  readonly #files: ReadonlySet<string>;
  readonly #packages: readonly WorkspacePackage[];
  readonly #mappings: readonly PathMapping[];

  constructor(files: ReadonlySet<string>, packages: readonly WorkspacePackage[], mappings: readonly PathMapping[]) {
    this.#files = files;
    this.#packages = packages;
    this.#mappings = mappings;
  }

  /** The path of the file; nothing when it is not in the project. */
  resolve(from: string, specifier: string): string | undefined {
    if (specifier.startsWith(".")) return this.#file(resolve(dirname(from), specifier));
    return this.#mapped(from, specifier) ?? this.#workspace(specifier);
  }

  #file(path: string): string | undefined {
    if (this.#files.has(path)) return path;
    const bare = path.replace(/\.([cm]?)jsx?$/, "");
    const candidates = [
      ...EXTENSIONS.map((extension) => path + extension),
      ...EXTENSIONS.map((extension) => bare + extension),
      ...EXTENSIONS.map((extension) => `${path}/index${extension}`),
    ];
    return candidates.find((candidate) => this.#files.has(candidate));
  }

  #mapped(from: string, specifier: string): string | undefined {
    for (const { folder, pattern, targets } of this.#mappings) {
      if (!from.startsWith(`${folder}/`)) continue;
      const [start = "", end = ""] = pattern.split("*");
      if (!specifier.startsWith(start) || !specifier.endsWith(end)) continue;
      if (!pattern.includes("*") && specifier !== pattern) continue;
      const middle = specifier.slice(start.length, specifier.length - end.length);
      for (const target of targets) {
        const found = this.#file(resolve(folder, target.replace("*", middle)));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #workspace(specifier: string): string | undefined {
    const owner = this.#packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
    if (owner === undefined) return undefined;
    const rest = specifier.slice(owner.name.length + 1);
    if (rest !== "") return this.#file(resolve(owner.folder, rest)) ?? this.#file(resolve(owner.folder, "src", rest));
    const sources = owner.entries.map((entry) =>
      entry.replace(/^(\.\/)?(dist|lib|build)\//, "src/").replace(/\.d\.ts$/, ".ts"),
    );
    for (const entry of [...owner.entries, ...sources, "index", "src/index"]) {
      const found = this.#file(resolve(owner.folder, entry));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
