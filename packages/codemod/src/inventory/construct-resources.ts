import type { Node } from "oxc-parser";
import { dottedPath, propertyOf, stringValue, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { InventoryBuilder } from "./builder.ts";
import { codeAddress, linkedResource } from "./code-address.ts";
import type { ConstructName } from "./construct-name.ts";
import type { ConstructScope } from "./construct-scope.ts";
import { ATTRIBUTES, firstProperty, numberOf, seconds } from "./construct-values.ts";
import type { Address, ResourceKind } from "./inventory.ts";
import { cdkOptions } from "./sst-constructs.ts";

/** The classes that are queues, topics and streams. */
export const RESOURCES: Readonly<Record<string, ResourceKind>> = {
  Queue: "queue",
  CfnQueue: "queue",
  SqsQueue: "queue",
  Topic: "topic",
  CfnTopic: "topic",
  SnsTopic: "topic",
  Stream: "stream",
  CfnStream: "stream",
  KinesisStream: "stream",
};

/** Reads the constructs that make queues, topics and streams, or look them up. */
export class ConstructResources {
  readonly #file: ScriptFile;
  readonly #builder: InventoryBuilder;
  readonly #scope: ConstructScope;

  constructor(file: ScriptFile, builder: InventoryBuilder, scope: ConstructScope) {
    this.#file = file;
    this.#builder = builder;
    this.#scope = scope;
  }

  readResource(creation: NodeOf<"NewExpression">, kind: ResourceKind, name: ConstructName): void {
    const [, second, third] = creation.arguments;
    const props = name.isPulumi ? second : third;
    const given = props === undefined ? undefined : unwrapped(props);
    const object = name.isSst === true ? cdkOptions(given, kind) : given;
    const realName = this.#nameOf(firstProperty(object, [`${kind}Name`, "name"]));
    const dead = firstProperty(object, ["deadLetterQueue", "dlq"]);
    const deadOptions = dead === undefined ? undefined : unwrapped(dead);
    // SST takes the queue itself, too.
    const deadQueue =
      deadOptions?.type === "ObjectExpression" ? propertyOf(deadOptions, "queue")?.value : sstQueue(dead);
    const count = numberOf(firstProperty(deadOptions, ["maxReceiveCount", "retry"]));
    const shards = numberOf(firstProperty(object, ["shardCount"]));
    const redrive = firstProperty(object, ["redrivePolicy"]);
    const holder = this.#scope.referenceOf(creation);
    this.#scope.kinds.set(holder, kind);
    if (name.isSst === true) {
      const target = { by: "reference", reference: this.#builder.scoped(holder) } as const;
      this.#builder.variable(creation.start, linkedResource(this.#scope.idOf(creation)), target);
    }
    const fifoText = this.#scope.textOf(firstProperty(object, ["fifo", "fifoQueue", "fifoTopic"]));
    this.#builder.resource(creation.start, {
      kind,
      reference: holder,
      ...(realName === undefined ? {} : { name: realName }),
      fifo: fifoText === "true" || realName?.endsWith(".fifo") === true,
      attributes: this.#attributesOf(object),
      ...(deadQueue === undefined ? {} : { deadLetterTarget: this.#scope.addressOf(deadQueue) }),
      ...(redrive === undefined ? {} : this.#redriveOf(redrive)),
      ...(count === undefined ? {} : { maxReceiveCount: count }),
      ...(shards === undefined ? {} : { shards }),
      isReference: false,
    });
  }

  /** A name that is written out, here or in a constant. */
  #nameOf(node: Node | undefined): string | undefined {
    const text = stringValue(node);
    if (text !== undefined || node === undefined || !/^(Identifier|MemberExpression)$/.test(unwrapped(node).type))
      return text;
    const address = codeAddress(this.#file, node);
    return address.by === "name" ? address.name : undefined;
  }

  /** `redrivePolicy: JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: 3 })`. */
  #redriveOf(value: Node): { deadLetterTarget?: Address; maxReceiveCount?: number } {
    const text = this.#file.textOf(value);
    const given = /deadLetterTargetArn['"]?\s*:\s*([\w.]+?)(?:\.(?:arn|queueArn|attrArn))?\s*[,}\n]/.exec(text)?.[1];
    // Pulumi: `dead.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn }))`.
    const applied = /^([\w.]+)\.arn\.apply\(\s*(?:async\s*)?\(?(\w+)/.exec(text);
    const target = applied !== null && applied[2] === given ? applied[1] : given;
    const count = /maxReceiveCount['"]?\s*:\s*(\d+)/.exec(text)?.[1];
    return {
      ...(target === undefined
        ? {}
        : { deadLetterTarget: { by: "reference", reference: this.#builder.scoped(target.replace(/^this\./, "")) } }),
      ...(count === undefined ? {} : { maxReceiveCount: Number(count) }),
    };
  }

  readImported(call: NodeOf<"CallExpression">, kind: ResourceKind): void {
    const [, , value] = call.arguments;
    const arn =
      value === undefined ? undefined : firstProperty(unwrapped(value), ["queueArn", "topicArn", "streamArn"]);
    const target = codeAddress(this.#file, arn ?? value);
    const id = stringValue(call.arguments[1]) ?? "";
    const holder = this.#scope.holderOf(call);
    if (holder !== undefined) this.#scope.kinds.set(holder, kind);
    this.#builder.resource(call.start, {
      kind,
      reference: holder ?? id,
      ...(target.by === "name" ? { name: target.name } : {}),
      fifo: false,
      attributes: {},
      isReference: true,
    });
  }

  #attributesOf(object: Node | undefined): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [theirs, ours] of Object.entries(ATTRIBUTES)) {
      const value = firstProperty(object, [theirs]);
      const text = value === undefined ? undefined : seconds(this.#file.textOf(value));
      if (text !== undefined) found[ours] = text;
    }
    return found;
  }

  /** Constructs of the project's own, or of others, whose name says what they make. */
  readForeign(creation: NodeOf<"NewExpression">): void {
    const name = (dottedPath(creation.callee) ?? "").split(".").at(-1) ?? "";
    const [scope, id] = creation.arguments;
    const isConstruct =
      scope !== undefined &&
      /^(this|stack|scope|app|parent)$/.test(this.#file.textOf(scope)) &&
      stringValue(id) !== undefined;
    if (isConstruct && /(Sqs|Sns|Kinesis|Queue|Topic)/.test(name) && !RESOURCES[name])
      this.#builder.flag("OPAQUE_MODULE", creation.start, name);
  }
}

/** `dlq: queue.arn`; what is no expression of a queue is none. */
function sstQueue(dead: Node | undefined): Node | undefined {
  return dead !== undefined && dottedPath(dead) !== undefined ? dead : undefined;
}
