import type { Node } from "oxc-parser";
import type { ModuleResolver } from "../engine/module-resolver.ts";
import type { Origin } from "../engine/origins.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { stringValue } from "../engine/ast.ts";
import { moduleExports } from "./module-exports.ts";
import type { Exported, ModuleExports } from "./module-exports.ts";

/** The files that have to do with aws-sdk v2, and the ways between them. */
export class V2Project {
  readonly #files = new Map<string, ScriptFile>();
  readonly #exports = new Map<ScriptFile, ModuleExports>();
  readonly #resolver: ModuleResolver;
  readonly #loads = new Map<ScriptFile, ReadonlySet<ScriptFile>>();
  readonly #users = new Map<ScriptFile, ReadonlySet<ScriptFile>>();
  #loaders: Map<ScriptFile, ScriptFile[]> | undefined;

  constructor(files: readonly ScriptFile[], resolver: ModuleResolver) {
    this.#resolver = resolver;
    for (const file of files) this.#files.set(file.path, file);
  }

  get files(): readonly ScriptFile[] {
    return [...this.#files.values()];
  }

  /** The files that one loads or takes names from. */
  loadsOf(file: ScriptFile): ReadonlySet<ScriptFile> {
    const known = this.#loads.get(file);
    if (known !== undefined) return known;
    const found = new Set(specifiersOf(file).flatMap((specifier) => this.resolve(file, specifier) ?? []));
    this.#loads.set(file, found);
    return found;
  }

  /** The files that load one. */
  loadersOf(file: ScriptFile): readonly ScriptFile[] {
    if (this.#loaders === undefined) {
      this.#loaders = new Map();
      for (const loader of this.#files.values()) {
        for (const loaded of this.loadsOf(loader)) {
          const others = this.#loaders.get(loaded);
          if (others === undefined) this.#loaders.set(loaded, [loader]);
          else others.push(loader);
        }
      }
    }
    return (this.#loaders.get(file) ?? []).filter((loader) => loader !== file);
  }

  /** The files that load one, by themselves or through others. */
  usersOf(file: ScriptFile): ReadonlySet<ScriptFile> {
    const known = this.#users.get(file);
    if (known !== undefined) return known;
    const users = new Set<ScriptFile>();
    const waiting = [file];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const loader of this.loadersOf(next)) {
        if (users.has(loader)) continue;
        users.add(loader);
        waiting.push(loader);
      }
    }
    this.#users.set(file, users);
    return users;
  }

  /** The loaded file that a specifier means. */
  resolve(from: ScriptFile, specifier: string): ScriptFile | undefined {
    const path = this.#resolver.resolve(from.path, specifier);
    return path === undefined ? undefined : this.#files.get(path);
  }

  exportsOf(file: ScriptFile): ModuleExports {
    const known = this.#exports.get(file);
    if (known !== undefined) return known;
    const found = moduleExports(file);
    this.#exports.set(file, found);
    return found;
  }

  /** The origin of an expression or type, followed through the re-exports of the project. */
  originOf(file: ScriptFile, node: Node): Origin | undefined {
    return this.#followed(file, file.origins.of(node), 0);
  }

  /** The origin of a declaration, followed through the re-exports of the project. */
  originOfBinding(file: ScriptFile, binding: Binding): Origin | undefined {
    return this.#followed(file, file.origins.ofBinding(binding), 0);
  }

  /** The exported value that a name of a module stands for, in whatever file it is. */
  exportedValue(
    file: ScriptFile,
    origin: Origin,
  ): { readonly file: ScriptFile; readonly node: Node; readonly rest: readonly string[] } | undefined {
    const target = this.resolve(file, origin.module);
    if (target === undefined) return undefined;
    const found = this.#find(target, origin.path);
    return found?.exported.type === "value" ? { file: target, node: found.exported.node, rest: found.rest } : undefined;
  }

  #followed(file: ScriptFile, origin: Origin | undefined, depth: number): Origin | undefined {
    if (origin === undefined || depth > 8) return origin;
    const target = this.resolve(file, origin.module);
    if (target === undefined) return origin;
    const found = this.#find(target, origin.path);
    if (found === undefined) return this.#throughStars(target, origin, depth);
    const { exported, rest } = found;
    const next =
      exported.type === "from" ? { module: exported.module, path: exported.path } : target.origins.of(exported.node);
    const followed = this.#followed(target, next, depth + 1);
    return followed === undefined ? origin : { ...followed, path: [...followed.path, ...rest] };
  }

  #find(
    target: ScriptFile,
    path: readonly string[],
  ): { readonly exported: Exported; readonly rest: readonly string[] } | undefined {
    const { names, whole } = this.exportsOf(target);
    const [first = "", ...rest] = path;
    const named = names.get(first);
    if (named !== undefined) return { exported: named, rest };
    if (whole !== undefined)
      return { exported: { type: "value", node: whole }, rest: first === "default" ? rest : path };
    const [second = "", ...others] = rest;
    const throughDefault = first === "default" ? names.get(second) : undefined;
    return throughDefault === undefined ? undefined : { exported: throughDefault, rest: others };
  }

  #throughStars(target: ScriptFile, origin: Origin, depth: number): Origin | undefined {
    for (const star of this.exportsOf(target).stars) {
      const followed = this.#followed(target, { module: star, path: origin.path }, depth + 1);
      if (followed !== undefined && followed.module !== star) return followed;
      if (!star.startsWith(".")) return followed;
    }
    return origin;
  }
}

/** Every module that a file names in an import, an export or a call. */
export function specifiersOf(file: ScriptFile): string[] {
  const { tree } = file;
  const sources: (Node | null | undefined)[] = [
    ...tree.ofType("ImportDeclaration").map(({ source }) => source),
    ...tree.ofType("ExportAllDeclaration").map(({ source }) => source),
    ...tree.ofType("ExportNamedDeclaration").map(({ source }) => source),
    ...tree.ofType("TSExternalModuleReference").map(({ expression }) => expression),
    ...tree.ofType("ImportExpression").map(({ source }) => source),
    // `require()`, and the mocks of test frameworks, which load what they replace.
    ...tree.ofType("CallExpression").map((call) => call.arguments[0]),
  ];
  return sources.flatMap((source) => stringValue(source) ?? []);
}
