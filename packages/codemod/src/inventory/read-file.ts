import type { FoundFile } from "../engine/find-files.ts";
import type { FileInventory } from "./builder.ts";
import { mayBeTemplate, readCloudFormation } from "./cloudformation.ts";
import { isCompose, readCompose } from "./compose.ts";
import { readEnvironmentFile } from "./environment-file.ts";
import { isServerless, readServerless } from "./serverless.ts";
import { TerraformProject } from "./terraform/terraform-project.ts";

const MAX_TEMPLATE_LENGTH = 1_500_000;

/** Reads the files of infrastructure that are no scripts. */
export class InfrastructureReader {
  readonly #terraform = new TerraformProject();

  /** Whether a file may say something, by its kind and text. */
  static concerns({ kind, name }: FoundFile, text: string): boolean {
    switch (kind) {
      case "hcl":
        return true;
      case "yaml":
        return mayBeTemplate(text) || isServerless(name, text) || isCompose(name, text);
      case "json":
        return name.endsWith(".tf.json") || mayBeTemplate(text) && text.length < MAX_TEMPLATE_LENGTH;
      case "text":
        return /(^|\/)\.env[\w.-]*$|\.env$/.test(name);
      default:
        return false;
    }
  }

  /** What a file tells by itself. Terraform's files are read together, at the end. */
  read({ kind, name }: FoundFile, text: string): readonly FileInventory[] {
    if (kind === "hcl" || name.endsWith(".tf.json")) {
      this.#terraform.add(name, text);
      return [];
    }
    if (kind === "json") return [readCloudFormation(name, text)];
    if (kind === "text") return [readEnvironmentFile(name, text)];
    if (isServerless(name, text)) return [readServerless(name, text)];
    return isCompose(name, text) ? [readCompose(name, text)] : [readCloudFormation(name, text)];
  }

  /** What the files tell together. */
  finish(): Promise<readonly FileInventory[]> {
    return this.#terraform.finish();
  }
}
