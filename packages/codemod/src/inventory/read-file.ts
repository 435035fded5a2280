import type { FoundFile } from "../engine/find-files.ts";
import type { FileInventory } from "./builder.ts";
import { mayBeTemplate, readCloudFormation } from "./cloudformation.ts";
import { isCompose, readCompose } from "./compose.ts";
import { readEnvironmentFile } from "./environment-file.ts";
import { HclReader } from "./hcl-file.ts";
import { isServerless, readServerless } from "./serverless.ts";
import { readTerraform } from "./terraform.ts";

const MAX_TEMPLATE_LENGTH = 1_500_000;

/** Reads the files of infrastructure that are no scripts. */
export class InfrastructureReader {
  #hcl: HclReader | undefined;

  /** Whether a file may say something, by its kind and text. */
  static concerns({ kind, name }: FoundFile, text: string): boolean {
    switch (kind) {
      case "hcl":
        return /sqs|sns|kinesis|queue|topic|event_source_mapping/i.test(text);
      case "yaml":
        return mayBeTemplate(text) || isServerless(name, text) || isCompose(name, text);
      case "json":
        return mayBeTemplate(text) && text.length < MAX_TEMPLATE_LENGTH;
      case "text":
        return /(^|\/)\.env[\w.-]*$|\.env$/.test(name);
      default:
        return false;
    }
  }

  async read({ kind, name }: FoundFile, text: string): Promise<readonly FileInventory[]> {
    if (kind === "hcl") return [readTerraform(name, text, (this.#hcl ??= await HclReader.load()))];
    if (kind === "json") return [readCloudFormation(name, text)];
    if (kind === "text") return [readEnvironmentFile(name, text)];
    if (isServerless(name, text)) return [readServerless(name, text)];
    return isCompose(name, text) ? [readCompose(name, text)] : [readCloudFormation(name, text)];
  }
}
