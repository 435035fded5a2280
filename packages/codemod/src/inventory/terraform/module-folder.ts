import { dirname, posix } from "node:path";
import type { HclBlock } from "./hcl-file.ts";
import { literal } from "./hcl-values.ts";

/** The resources that are queues, topics and streams. */
export const RESOURCES = { aws_sqs_queue: "queue", aws_sns_topic: "topic", aws_kinesis_stream: "stream" } as const;

/** A file, and what stands in it. */
export interface TerraformFile {
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly HclBlock[];
}

/** A call of a module of the project. */
export interface ModuleCall {
  readonly caller: ModuleFolder;
  readonly name: string;
  readonly block: HclBlock;
}

/** All files of a folder are one module to Terraform: they share locals, variables and references. */
export class ModuleFolder {
  readonly path: string;
  /** The calls of this module, in the whole project. */
  readonly calls: ModuleCall[] = [];
  readonly locals: Map<string, string> = new Map();
  readonly defaults: Map<string, string> = new Map();
  readonly outputs: Map<string, string> = new Map();
  readonly modules: Map<string, HclBlock> = new Map();
  /** Queues, topics and streams, by `aws_sqs_queue.orders`. */
  readonly resources: Map<string, HclBlock> = new Map();
  /** Lambda functions, their aliases, and archives of files, by `aws_lambda_function.worker`. */
  readonly lambdas: Map<string, HclBlock> = new Map();

  constructor(path: string, files: readonly TerraformFile[]) {
    this.path = path;
    for (const { blocks } of files) for (const block of blocks) this.#note(block);
  }

  #note(block: HclBlock): void {
    const [type = "", name = ""] = block.labels;
    switch (block.type) {
      case "locals":
        for (const [local, { text }] of block.attributes) this.locals.set(local, text);
        return;
      case "variable":
        return this.#noteIn(this.defaults, type, block.attributes.get("default")?.text);
      case "output":
        return this.#noteIn(this.outputs, type, block.attributes.get("value")?.text);
      case "module":
        this.modules.set(type, block);
        return;
      case "data":
        if (type === "archive_file") this.lambdas.set(`${type}.${name}`, block);
        return;
      case "resource":
        if (/^aws_lambda_(function|alias)$/.test(type)) this.lambdas.set(`${type}.${name}`, block);
        else if (type in RESOURCES) this.resources.set(`${type}.${name}`, block);
    }
  }

  #noteIn(values: Map<string, string>, name: string, text: string | undefined): void {
    if (text !== undefined) values.set(name, text);
  }
}

/** All modules of a project. */
export class ModuleFolders {
  readonly #folders = new Map<string, ModuleFolder>();

  constructor(files: readonly TerraformFile[]) {
    for (const path of new Set(files.map(({ name }) => dirname(name)))) {
      const found = files.filter(({ name }) => dirname(name) === path);
      this.#folders.set(path, new ModuleFolder(path, found));
    }
    for (const caller of this.#folders.values()) {
      for (const [name, block] of caller.modules) this.calledBy(caller, name)?.calls.push({ caller, name, block });
    }
  }

  get all(): readonly ModuleFolder[] {
    return [...this.#folders.values()];
  }

  of(file: string): ModuleFolder {
    return this.#folders.get(dirname(file)) ?? new ModuleFolder(dirname(file), []);
  }

  /** The folder that `module.name` stands for, if it is in the project. */
  calledBy(caller: ModuleFolder, name: string): ModuleFolder | undefined {
    const source = literal(caller.modules.get(name)?.attributes.get("source"));
    return source?.startsWith(".") === true
      ? this.#folders.get(posix.normalize(posix.join(caller.path, source)).replace(/\/$/, ""))
      : undefined;
  }
}
