import type { InventoryBuilder } from "../builder.ts";
import type { ResourceKind } from "../inventory.ts";
import type { EnvironmentVariables } from "./environment.ts";
import type { Expressions, Place } from "./expressions.ts";
import type { HclBlock } from "./hcl-file.ts";
import { readForeignModule } from "./foreign-module.ts";
import { attributesOf } from "./hcl-values.ts";
import { RESOURCES } from "./module-folder.ts";
import { redriveOf } from "./redrive.ts";

/** How deep modules that call modules are followed. */
const DEPTH = 4;

/** Reads what declares queues, topics and streams: resources, data sources, and the modules that make them. */
export class Resources {
  readonly #builder: InventoryBuilder;
  readonly #expressions: Expressions;
  readonly #place: Place;
  readonly #variables: EnvironmentVariables;

  constructor(builder: InventoryBuilder, expressions: Expressions, place: Place, variables: EnvironmentVariables) {
    this.#builder = builder;
    this.#expressions = expressions;
    this.#place = place;
    this.#variables = variables;
  }

  /** Whether the block was one of these. */
  read(block: HclBlock): boolean {
    const [type = "", name = ""] = block.labels;
    const kind = resourceKind(type);
    if (block.type === "module") this.#readModule(block, type);
    else if (kind !== undefined && block.type === "data") this.#readData(block, kind, `data.${type}.${name}`);
    else if (kind !== undefined && block.type === "resource") this.#readResource(block, kind, `${type}.${name}`);
    else if (block.type === "resource" && type === "aws_sqs_queue_redrive_policy") this.#readRedrive(block);
    else return false;
    return true;
  }

  #readResource(block: HclBlock, kind: ResourceKind, reference: string): void {
    const shards = Number(this.#expressions.text(this.#place, block.attributes.get("shard_count")?.text));
    this.#builder.resource(block.offset, {
      kind,
      reference,
      ...this.#named(this.#place, block, kind),
      attributes: attributesOf(block, kind),
      ...redriveOf(this.#expressions, this.#place, block),
      ...(Number.isInteger(shards) ? { shards } : {}),
      isReference: false,
    });
    const policy = block.attributes.get("policy");
    if (policy !== undefined) this.#builder.flag("IAM_POLICY", policy.offset, `the policy of ${reference}`);
  }

  #readData(block: HclBlock, kind: ResourceKind, reference: string): void {
    const name = this.#expressions.text(this.#place, block.attributes.get("name")?.text);
    this.#builder.resource(block.offset, {
      kind,
      reference,
      ...(name === undefined ? {} : { name }),
      fifo: false,
      attributes: {},
      isReference: true,
    });
  }

  #readModule(block: HclBlock, name: string): void {
    this.#variables.readAnywhere(block);
    const inner = this.#expressions.enter(this.#place, name);
    if (inner !== undefined) return this.#readCall(block, inner, `module.${name}`, 0);
    readForeignModule(block, name, { builder: this.#builder, expressions: this.#expressions, place: this.#place });
  }

  /** A module that is called several times makes a queue each time; one that is called once is read where it stands. */
  #readCall(block: HclBlock, inner: Place, path: string, depth: number): void {
    if (inner.call === undefined || depth > DEPTH) return;
    for (const [reference, resource] of inner.folder.resources) {
      const kind = resourceKind(reference.split(".")[0] ?? "");
      if (kind === undefined) continue;
      this.#builder.resource(block.offset, {
        kind,
        reference: `${path}.${reference}`,
        ...this.#named(inner, resource, kind),
        attributes: attributesOf(resource, kind),
        isReference: false,
      });
    }
    for (const name of inner.folder.modules.keys()) {
      const next = this.#expressions.enter(inner, name);
      if (next !== undefined) this.#readCall(block, next, `${path}.module.${name}`, depth + 1);
    }
  }

  #named(place: Place, block: HclBlock, kind: ResourceKind): { name?: string; fifo: boolean } {
    const name = this.#expressions.text(place, block.attributes.get("name")?.text);
    const fifo =
      this.#expressions.text(place, block.attributes.get(`fifo_${kind}`)?.text) === "true" ||
      /\.fifo"?$/.test(name ?? block.attributes.get("name")?.text ?? "");
    return name === undefined ? { fifo } : { name, fifo };
  }

  #readRedrive(block: HclBlock): void {
    const [queue] = this.#expressions.addresses(this.#place, block.attributes.get("queue_url")?.text ?? "", block);
    if (queue?.by !== "reference") return;
    this.#builder.resource(block.offset, {
      kind: "queue",
      reference: queue.reference.replace(`${this.#place.folder.path}#`, ""),
      fifo: false,
      attributes: {},
      ...redriveOf(this.#expressions, this.#place, block),
      isReference: true,
    });
  }
}

function resourceKind(type: string): ResourceKind | undefined {
  return new Map<string, ResourceKind>(Object.entries(RESOURCES)).get(type);
}
