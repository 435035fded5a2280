import { posix } from "node:path";
import type { Expressions, Place } from "./expressions.ts";
import type { HclBlock } from "./hcl-file.ts";
import { everything } from "./hcl-values.ts";

/** How deep modules that call modules are followed. */
const DEPTH = 4;

const FUNCTION = /\b(aws_lambda_function\.[\w-]+)/;
const ALIAS = /\b(aws_lambda_alias\.[\w-]+)/;
const ARCHIVE = /\bdata\.(archive_file\.[\w-]+)/;

/** Folders of compiled code, in a path; the sources are in `src` beside them, or in the folder around them. */
const COMPILED = /(^|\/)(?:dist|build|out|lib)(?=\/|$)/;

/** Finds out where the code of Lambda functions is that Terraform packs by itself. */
export class FunctionCode {
  readonly #expressions: Expressions;

  constructor(expressions: Expressions) {
    this.#expressions = expressions;
  }

  /** A module once for each call: each may have code and event sources of its own. */
  placesOf(place: Place): readonly Place[] {
    const { calls } = place.folder;
    if (place.call !== undefined || calls.length < 2) return [place];
    return calls.map((call) => ({ folder: place.folder, call, outer: { folder: call.caller } }));
  }

  /** Where the code may be of the function that an expression names, as `src/worker.handler`. */
  handlersOf(place: Place, text: string, depth = 0): readonly string[] {
    if (depth > DEPTH) return [];
    const { lambdas, modules } = place.folder;
    const alias = lambdas.get(ALIAS.exec(text)?.[1] ?? "")?.attributes.get("function_name")?.text;
    const own = lambdas.get(FUNCTION.exec(alias ?? text)?.[1] ?? "");
    if (own !== undefined) return this.#packed(place, own);
    const [, module = "", output = ""] = /\bmodule\.([\w-]+)\.(\w+)/.exec(text) ?? [];
    const inner = this.#expressions.enter(place, module);
    if (inner !== undefined) return this.handlersOf(inner, inner.folder.outputs.get(output) ?? "", depth + 1);
    const called = output.startsWith("lambda_") ? modules.get(module) : undefined;
    return called === undefined ? [] : this.#inFolder(place, called, called.attributes.get("source_path")?.text);
  }

  /** `filename = data.archive_file.worker.output_path`, or the same text as the archive's `output_path`. */
  #packed(place: Place, block: HclBlock): readonly string[] {
    const filename = this.#expressions.text(place, block.attributes.get("filename")?.text);
    const isOutput = ({ attributes }: HclBlock): boolean =>
      filename !== undefined && this.#expressions.text(place, attributes.get("output_path")?.text) === filename;
    const { lambdas } = place.folder;
    const archive = lambdas.get(ARCHIVE.exec(everything(block))?.[1] ?? "") ?? [...lambdas.values()].find(isOutput);
    if (archive === undefined) return [];
    const file = archive.attributes.get("source_file")?.text;
    return file === undefined
      ? this.#inFolder(place, block, archive.attributes.get("source_dir")?.text)
      : this.#inFolder(place, block, file, (path) => posix.dirname(path));
  }

  #inFolder(
    place: Place,
    block: HclBlock,
    text: string | undefined,
    folderOf = (path: string): string => path,
  ): readonly string[] {
    const handler = this.#expressions.text(place, block.attributes.get("handler")?.text);
    const written = this.#expressions.text(place, text);
    if (handler === undefined || written === undefined) return [];
    return this.#fromRoot(place, written)
      .map((path) => folderOf(path))
      .flatMap((path) =>
        COMPILED.test(path) ? [path, path.replace(COMPILED, "$1src"), path.replace(COMPILED, "")] : [path],
      )
      .map((path) => posix.join(path, handler));
  }

  /** A path is relative to where Terraform runs, which is the folder of a caller; `path.module` is not. */
  #fromRoot({ folder, outer }: Place, path: string): readonly string[] {
    if (path.startsWith("/")) return [path.slice(1)];
    const callers = outer === undefined ? folder.calls.map(({ caller }) => caller) : [outer.folder];
    return [folder, ...callers].map((each) => posix.join(each.path, path));
  }
}
