import { TextLines } from "../../engine/text-lines.ts";
import { InventoryBuilder } from "../builder.ts";
import type { FileInventory } from "../builder.ts";
import { loadParser } from "../grammar.ts";
import { YamlValue } from "../yaml-value.ts";
import { callsAws, readShell } from "./read-shell.ts";

/** A script, and where it stands in its file. */
interface Script {
  readonly text: string;
  readonly offset: number;
}

/** Reads the shell scripts of a project: files, recipes of Makefiles, and what YAML and JSON files give a shell to run. */
export class ShellScripts {
  readonly #files: { readonly name: string; readonly text: string }[] = [];

  /** Keeps a file if it calls the AWS CLI. */
  add(name: string, text: string): void {
    if (callsAws(text)) this.#files.push({ name, text });
  }

  async finish(): Promise<readonly FileInventory[]> {
    if (this.#files.length === 0) return [];
    const parser = await loadParser("tree-sitter-bash/tree-sitter-bash.wasm");
    return this.#files.map(({ name, text }) => {
      const builder = new InventoryBuilder(name, "shell", new TextLines(text), name);
      for (const script of scriptsIn(name, text)) readShell(builder, parser, script.text, script.offset);
      return builder.result;
    });
  }
}

function scriptsIn(name: string, text: string): readonly Script[] {
  if (/(^|\/)(Makefile|[^/]*\.mk)$/.test(name)) return [{ text: recipesOf(text), offset: 0 }];
  if (/(^|\/)Dockerfile[\w.-]*$/.test(name))
    return [{ text: text.replaceAll(/^(RUN|CMD|ENTRYPOINT)\b/gm, blank), offset: 0 }];
  if (!/\.(ya?ml|json)$/.test(name)) return [{ text, offset: 0 }];
  return YamlValue.documents(text, () => undefined).flatMap((document) =>
    document.scalars.flatMap((scalar) => embedded(text, scalar)),
  );
}

/** What is no recipe becomes white space, so that places stay. */
function recipesOf(text: string): string {
  return text
    .replaceAll(/^(?!\t)[^\n]*$/gm, blank)
    .replaceAll(/^\t[@-]*/gm, blank)
    .replaceAll("$$", " $");
}

/** A scalar as it stands in the file, so that places stay: a shell does not mind the indentation. */
function embedded(text: string, scalar: YamlValue): readonly Script[] {
  if (!callsAws(scalar.text ?? "")) return [];
  const [start, end] = scalar.rangeOfText(text);
  const raw = text.slice(start, end);
  const script = scalar.isFolded ? raw.replaceAll("\n", " ") : raw.replaceAll('\\"', ' "');
  return [{ text: script, offset: start }];
}

function blank(text: string): string {
  return " ".repeat(text.length);
}
