import type { FoundFile } from "../engine/find-files.ts";
import type { FileInventory } from "./builder.ts";
import { mayBeTemplate, readCloudFormation } from "./cloudformation.ts";
import { isCompose, readCompose } from "./compose.ts";
import { mayHaveAddresses, readDataFile } from "./data-file.ts";
import { isElasticMq, readElasticMq } from "./elasticmq.ts";
import { readEnvironmentFile } from "./environment-file.ts";
import { isServerless, isServerlessName, readServerless } from "./serverless.ts";
import type { OpenText } from "./serverless-sections.ts";
import { ShellScripts } from "./shell/shell-scripts.ts";
import { TerraformProject } from "./terraform/terraform-project.ts";

const MAX_TEMPLATE_LENGTH = 1_500_000;

/** Reads the files of infrastructure that are no scripts. */
export class InfrastructureReader {
  readonly #terraform = new TerraformProject();
  readonly #shell = new ShellScripts();
  readonly #open: OpenText;
  /** What configurations of the Serverless Framework tell, and nothing for the files that they include. */
  readonly #serverless = new Map<string, readonly FileInventory[]>();

  constructor(files: readonly FoundFile[], open: OpenText) {
    this.#open = open;
    for (const { name, kind } of files) {
      const text = kind === "yaml" && isServerlessName(name) ? open(name) : undefined;
      if (text !== undefined) this.#readServerless(name, text);
    }
  }

  /** Whether a file may say something, by its kind and text. */
  static concerns({ kind, name }: FoundFile, text: string): boolean {
    switch (kind) {
      case "hcl":
        return true;
      case "yaml":
        return mayBeTemplate(text) || isServerless(name, text) || isCompose(name, text) || mayHaveAddresses(name, text);
      case "json":
        if (name.endsWith(".tf.json")) return true;
        return text.length < MAX_TEMPLATE_LENGTH && (mayBeTemplate(text) || mayHaveAddresses(name, text));
      case "text":
        return /(^|\/)\.env[\w.-]*$|\.env$/.test(name) || isElasticMq(name, text);
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
    if (kind === "text") return [isElasticMq(name, text) ? readElasticMq(name, text) : readEnvironmentFile(name, text)];
    const known = this.#serverless.get(name);
    if (known !== undefined) return known;
    if (isServerless(name, text)) return readServerless(name, text, () => undefined).results;
    if (kind === "yaml" && isCompose(name, text)) return [readCompose(name, text)];
    return [mayBeTemplate(text) ? readCloudFormation(name, text) : readDataFile(name, text)];
  }

  /** What the files tell together. */
  async finish(): Promise<readonly FileInventory[]> {
    return [...(await this.#terraform.finish()), ...(await this.#shell.finish())];
  }

  #readServerless(name: string, text: string): void {
    const { results, files } = readServerless(name, text, this.#open);
    for (const file of files) if (!this.#serverless.has(file)) this.#serverless.set(file, []);
    this.#serverless.set(name, results);
  }

  /** A file that a shell may run, or that holds such scripts. */
  readScripts({ name }: FoundFile, text: string): void {
    this.#shell.add(name, text);
  }
}
