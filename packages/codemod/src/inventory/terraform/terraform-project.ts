import { dirname } from "node:path";
import { TextLines } from "../../engine/text-lines.ts";
import { InventoryBuilder } from "../builder.ts";
import type { FileInventory } from "../builder.ts";
import { Connections } from "./connections.ts";
import { EnvironmentVariables } from "./environment.ts";
import { Expressions } from "./expressions.ts";
import { HclReader } from "./hcl-file.ts";
import { jsonBlocks } from "./json-blocks.ts";
import { ModuleFolders } from "./module-folder.ts";
import type { TerraformFile } from "./module-folder.ts";
import { Resources } from "./resources.ts";

/** Whether a file of Terraform or OpenTofu says something about messaging. */
const CONCERNS = /sqs|sns|kinesis|queue|topic|event_source_mapping/i;

/** Whether others may refer to what a file says. */
const IS_REFERRED_TO = /\b(locals|variable|output|module|aws_lambda_function|archive_file)\b/;

/**
 * Reads the Terraform and OpenTofu files of a project. They are read together: what one file refers to stands in another one of
 * its folder, or comes from the folder that calls it.
 */
export class TerraformProject {
  readonly #texts: { readonly name: string; readonly text: string }[] = [];

  add(name: string, text: string): void {
    if (CONCERNS.test(text) || IS_REFERRED_TO.test(text)) this.#texts.push({ name, text });
  }

  async finish(): Promise<readonly FileInventory[]> {
    const concerned = this.#texts.filter(({ text }) => CONCERNS.test(text));
    if (concerned.length === 0) return [];
    const builders = new Map(concerned.map((file) => [file.name, builderOf(file)]));
    const reader = await HclReader.load();
    const files = this.#texts.map(({ name, text }): TerraformFile => {
      const onError = builders.get(name)?.notParsed ?? (() => undefined);
      return { name, text, blocks: name.endsWith(".json") ? jsonBlocks(text) : reader.read(text, onError) };
    });
    const folders = new ModuleFolders(files);
    for (const { name, blocks } of files) {
      const builder = builders.get(name);
      if (builder === undefined) continue;
      const expressions = new Expressions(folders);
      const place = { folder: folders.of(name) };
      const variables = new EnvironmentVariables(builder, expressions, place);
      const resources = new Resources(builder, expressions, place, variables);
      const connections = new Connections(builder, expressions, place, variables);
      for (const block of blocks) if (!resources.read(block) || block.type === "module") connections.read(block);
    }
    return [...builders.values()].map(({ result }) => result);
  }
}

function builderOf({ name, text }: { readonly name: string; readonly text: string }): InventoryBuilder {
  return new InventoryBuilder(name, "terraform", new TextLines(text), dirname(name));
}
