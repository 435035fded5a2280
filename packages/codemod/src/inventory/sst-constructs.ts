import type { Node } from "oxc-parser";
import { dottedPath, propertyOf, stringValue, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { InventoryBuilder } from "./builder.ts";
import { actorName } from "./code.ts";
import { foldersOf } from "./construct-functions.ts";
import type { ConstructScope } from "./construct-scope.ts";
import type { Address, ResourceKind } from "./inventory.ts";

/** The version 2 of SST, whose constructs take the functions that read them as properties. */
export const SST_CONSTRUCTS: RegExp = /^(sst\/constructs|@serverless-stack\/resources)$/;

/** What the construct itself passes to CDK: `cdk: { queue: { queueName: "jobs" } }`. */
export function cdkOptions(props: Node | undefined, kind: ResourceKind): Node | undefined {
  const options = propertyOf(propertyOf(props, "cdk")?.value, kind)?.value;
  return options === undefined ? props : unwrapped(options);
}

/** Reads who gets the messages of SST's queues, topics and streams. */
export class SstConstructs {
  readonly #file: ScriptFile;
  readonly #builder: InventoryBuilder;
  readonly #scope: ConstructScope;

  constructor(file: ScriptFile, builder: InventoryBuilder, scope: ConstructScope) {
    this.#file = file;
    this.#builder = builder;
    this.#scope = scope;
  }

  /** `new Queue(stack, "Jobs", { consumer })`, `new Topic(stack, "News", { subscribers: { … } })`. */
  readCreation(creation: NodeOf<"NewExpression">, kind: ResourceKind): void {
    const [, , props] = creation.arguments;
    const address = this.#scope.addressOf(creation);
    for (const name of ["consumer", "subscribers", "consumers"]) {
      const given = propertyOf(props === undefined ? undefined : unwrapped(props), name)?.value;
      this.#readGiven(given, kind, address);
    }
  }

  /** `queue.addConsumer(stack, "src/worker.handler")`, `topic.addSubscribers(stack, { … })`. */
  readCall(call: NodeOf<"CallExpression">, object: Node): void {
    const resource = this.#scope.resourceOf(object);
    if (resource !== undefined) this.#readGiven(call.arguments[1], resource.kind, resource.address);
  }

  #readGiven(node: Node | undefined, kind: ResourceKind, address: Address): void {
    const given = node === undefined ? undefined : unwrapped(node);
    if (given === undefined) return;
    const isList = kind !== "queue" && given.type === "ObjectExpression";
    const values = isList
      ? given.properties.flatMap((property) => (property.type === "Property" ? property.value : []))
      : [given];
    for (const value of values) this.#readConsumer(unwrapped(value), kind, address);
  }

  #readConsumer(consumer: Node, kind: ResourceKind, address: Address): void {
    const queue = propertyOf(consumer, "queue")?.value ?? this.#queueOf(consumer);
    if (queue !== undefined) {
      this.#builder.subscription(consumer.start, {
        topic: address,
        protocol: "sqs",
        endpoint: this.#scope.addressOf(queue),
        rawMessageDelivery: false,
      });
      return;
    }
    const code = propertyOf(consumer, "function")?.value ?? consumer;
    const handler = stringValue(code) ?? stringValue(propertyOf(code, "handler")?.value);
    this.#builder.actor(consumer.start, {
      role: "consumer",
      kind,
      target: address,
      operation: kind === "topic" ? "subscriber" : "consumer",
      actor: handler ?? dottedPath(code) ?? actorName(this.#file, consumer),
    });
    this.#builder.flag("LAMBDA_EVENT_SOURCE", consumer.start, `a ${kind} of SST starts a function`);
    if (handler === undefined) return;
    for (const folder of foldersOf(this.#file))
      this.#builder.eventSource(consumer.start, folder, handler, kind, address);
  }

  /** A queue may stand for itself among the subscribers. */
  #queueOf(consumer: Node): Node | undefined {
    if (dottedPath(consumer) === undefined) return undefined;
    return this.#scope.resourceOf(consumer)?.kind === "queue" ? consumer : undefined;
  }
}
