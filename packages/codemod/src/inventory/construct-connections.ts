import type { Node } from "oxc-parser";
import { dottedPath, propertyOf, stringValue, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { InventoryBuilder } from "./builder.ts";
import { actorName } from "./code.ts";
import { codeAddress } from "./code-address.ts";
import { handlersOf } from "./construct-functions.ts";
import type { ConstructName } from "./construct-name.ts";
import type { ConstructScope } from "./construct-scope.ts";
import { firstProperty } from "./construct-values.ts";
import type { Address, ResourceKind } from "./inventory.ts";

/** Reads the constructs and calls that join queues, topics and streams with each other and with everything else. */
export class ConstructConnections {
  readonly #file: ScriptFile;
  readonly #builder: InventoryBuilder;
  readonly #scope: ConstructScope;

  constructor(file: ScriptFile, builder: InventoryBuilder, scope: ConstructScope) {
    this.#file = file;
    this.#builder = builder;
    this.#scope = scope;
  }

  readEventSource(creation: NodeOf<"NewExpression">, { name, isPulumi }: ConstructName): void {
    const isMapping = /Mapping|EventSubscription/.test(name);
    const props = creation.arguments[isPulumi ? 1 : 2];
    const source = isMapping
      ? firstProperty(props === undefined ? undefined : unwrapped(props), [
          "eventSourceArn",
          "eventSource",
          "queue",
          "topic",
        ])
      : creation.arguments[0];
    const target = this.#scope.addressOf(source);
    if (name === "LambdaSubscription") {
      const { parent } = creation;
      const topic =
        parent?.type === "CallExpression" && parent.callee.type === "MemberExpression"
          ? parent.callee.object
          : undefined;
      this.#handOn(creation, "topic", this.#scope.addressOf(topic));
      this.#builder.flag("LAMBDA_EVENT_SOURCE", creation.start, "a topic starts a function");
      return;
    }
    if (isMapping && /dynamodb|table|kafka|msk/i.test(this.#scope.textOf(source) ?? "")) return;
    const kind = /Sqs|Queue/.test(name)
      ? "queue"
      : /Sns|Topic/.test(name)
        ? "topic"
        : /Kinesis/.test(name)
          ? "stream"
          : (this.#scope.resourceOf(source)?.kind ?? "queue");
    this.#builder.actor(creation.start, {
      role: "consumer",
      kind,
      target,
      operation: name,
      actor: actorName(this.#file, creation),
    });
    this.#handOn(creation, kind, target);
    const options = creation.arguments[1];
    const details = /(?:batchSize)\s*:\s*(\d+)/.exec(options === undefined ? "" : this.#file.textOf(options))?.[1];
    const partial =
      options !== undefined && /\breportBatchItemFailures\b(?!\s*:\s*false)/.test(this.#file.textOf(options));
    this.#builder.flag(
      "LAMBDA_EVENT_SOURCE",
      creation.start,
      [
        name,
        ...(details === undefined ? [] : [`batch size ${details}`]),
        ...(partial ? ["partial failures"] : []),
      ].join(", "),
    );
  }

  /** The code of a function gets the events of its sources. */
  #handOn(source: NodeOf<"NewExpression">, kind: ResourceKind, target: Address): void {
    for (const handler of handlersOf(this.#file, source))
      this.#builder.eventSource(source.start, "", handler, kind, target);
  }

  readDestination(creation: NodeOf<"NewExpression">, { name }: ConstructName): void {
    if (name === "SqsSubscription") return; // With its topic.
    const target = this.#scope.addressOf(creation.arguments[0]);
    const kind: ResourceKind = /Sns/.test(name) ? "topic" : /Kinesis/.test(name) ? "stream" : "queue";
    this.#builder.actor(creation.start, {
      role: "producer",
      kind,
      target,
      operation: name,
      actor: actorName(this.#file, creation),
    });
    this.#builder.flag(name === "SnsAction" ? "ALARM" : "EVENT_TARGET", creation.start, name);
  }

  /** `fn.addEventSourceMapping("id", { eventSourceArn: stream.streamArn })`. */
  readMapping(call: NodeOf<"CallExpression">, props: Node | undefined, operation: string): void {
    const source = firstProperty(props === undefined ? undefined : unwrapped(props), ["eventSourceArn"]);
    const resource = this.#scope.resourceOf(holderOf(source));
    if (resource === undefined) return;
    const { kind, address: target } = resource;
    const actor = actorName(this.#file, call);
    this.#builder.actor(call.start, { role: "consumer", kind, target, operation, actor });
    this.#builder.flag("LAMBDA_EVENT_SOURCE", call.start, operation);
  }

  /** Whether a construct refers to queues, topics or streams of this file, wherever in its properties. */
  readReferring(creation: NodeOf<"NewExpression">, role: "producer", operation: string): boolean {
    const text = this.#file.textOf(creation);
    const found = [...this.#scope.kinds].filter(
      ([name]) => /^[a-z_]\w*$/.test(name) && new RegExp(`(?<![\\w.])(?:this\\.)?${name}\\b(?!\\s*:)`).test(text),
    );
    for (const [name, kind] of found) {
      const target = { by: "reference", reference: this.#builder.scoped(name) } as const;
      this.#builder.actor(creation.start, { role, kind, target, operation, actor: actorName(this.#file, creation) });
    }
    return found.length > 0;
  }

  /** `topic.addSubscription(new SqsSubscription(queue, { … }))`. */
  readSubscription(call: NodeOf<"CallExpression">, topic: Node): void {
    const [argument] = call.arguments;
    const creation = argument === undefined ? undefined : unwrapped(argument);
    if (creation?.type !== "NewExpression") return;
    const kind = (dottedPath(creation.callee) ?? "").split(".").at(-1) ?? "";
    const protocol = {
      SqsSubscription: "sqs",
      LambdaSubscription: "lambda",
      EmailSubscription: "email",
      SmsSubscription: "sms",
      UrlSubscription: "https",
    }[kind];
    if (protocol === undefined) return;
    const options = creation.arguments[1];
    const filter = propertyOf(options, "filterPolicy")?.value;
    const dead = propertyOf(options, "deadLetterQueue")?.value;
    this.#builder.subscription(call.start, {
      topic: this.#scope.addressOf(topic),
      protocol,
      endpoint:
        protocol === "sqs"
          ? this.#scope.addressOf(creation.arguments[0])
          : codeAddress(this.#file, creation.arguments[0]),
      ...(filter === undefined ? {} : { filterPolicy: this.#file.textOf(filter) }),
      rawMessageDelivery: this.#scope.textOf(propertyOf(options, "rawMessageDelivery")?.value) === "true",
      ...(dead === undefined ? {} : { deadLetterTarget: this.#scope.addressOf(dead) }),
    });
    if (protocol === "email" || protocol === "sms")
      this.#builder.flag("SUBSCRIPTION_PROTOCOL", creation.start, `protocol ${protocol}`);
  }

  /** SST: `queue.subscribe("src/worker.handler")`, `topic.subscribeQueue("name", queue.arn)`. */
  readSstSubscription(call: NodeOf<"CallExpression">, object: Node, method: string): void {
    const resource = this.#scope.resourceOf(object);
    if (resource === undefined || !/\bsst\b/.test(this.#file.text)) return;
    if (method === "subscribeQueue") {
      this.#builder.subscription(call.start, {
        topic: resource.address,
        protocol: "sqs",
        endpoint: this.#scope.addressOf(call.arguments[1]),
        rawMessageDelivery: false,
      });
      return;
    }
    const handler = call.arguments.map((argument) => stringValue(argument)).find((text) => text?.includes("."));
    this.#builder.actor(call.start, {
      role: "consumer",
      kind: resource.kind,
      target: resource.address,
      operation: "subscriber",
      actor: handler ?? actorName(this.#file, call),
    });
    if (handler !== undefined) this.#builder.eventSource(call.start, "", handler, resource.kind, resource.address);
  }

  /** Pulumi: `queue.onEvent("name", handler)`. */
  readOnEvent(call: NodeOf<"CallExpression">, object: Node): void {
    const resource = this.#scope.resourceOf(object);
    if (resource === undefined) return;
    const { kind, address: target } = resource;
    const actor = stringValue(call.arguments[0]) ?? actorName(this.#file, call);
    this.#builder.actor(call.start, { role: "consumer", kind, target, operation: "onEvent", actor });
    this.#builder.flag("LAMBDA_EVENT_SOURCE", call.start, this.#file.textOf(call.callee).slice(0, 60));
  }

  readGrant(call: NodeOf<"CallExpression">, object: Node, grant: string): void {
    const resource = this.#scope.resourceOf(object);
    if (resource === undefined) return;
    const role = /Consume|^Read$/.test(grant) ? "consumer" : /Send|Publish|^Write$/.test(grant) ? "producer" : "admin";
    const [grantee] = call.arguments;
    this.#builder.actor(call.start, {
      role,
      kind: resource.kind,
      target: resource.address,
      operation: `grant${grant}`,
      actor: grantee === undefined ? this.#file.name : this.#file.textOf(grantee).slice(0, 60),
    });
    this.#builder.flag("IAM_POLICY", call.start, this.#file.textOf(call.callee).slice(0, 60));
  }

  readMetric(call: NodeOf<"CallExpression">, object: Node): void {
    if (this.#scope.resourceOf(object) !== undefined)
      this.#builder.flag("ALARM", call.start, this.#file.textOf(call.callee).slice(0, 60));
  }

  readSubscriptionResource(creation: NodeOf<"NewExpression">, props: Node | undefined): void {
    const object = props === undefined ? undefined : unwrapped(props);
    const said = propertyOf(object, "protocol")?.value;
    const filter = propertyOf(object, "filterPolicy")?.value;
    const constant = /SubscriptionProtocol\.(\w+)/.exec(this.#scope.textOf(said) ?? "")?.[1];
    const protocol = stringValue(said) ?? constant?.toLowerCase() ?? "unknown";
    this.#builder.subscription(creation.start, {
      topic: this.#scope.addressOf(firstProperty(object, ["topicArn", "topic"])),
      protocol,
      endpoint: this.#scope.addressOf(propertyOf(object, "endpoint")?.value),
      ...(filter === undefined ? {} : { filterPolicy: this.#file.textOf(filter) }),
      rawMessageDelivery: this.#scope.textOf(propertyOf(object, "rawMessageDelivery")?.value) === "true",
    });
    if (protocol === "lambda") this.#builder.flag("LAMBDA_EVENT_SOURCE", creation.start, "a topic starts a function");
    else if (!/^(sqs|https?|unknown)$/.test(protocol))
      this.#builder.flag("SUBSCRIPTION_PROTOCOL", creation.start, `protocol ${protocol}`);
  }
}

/** `queue` of `queue.queueArn`. */
function holderOf(node: Node | undefined): Node | undefined {
  const inner = node === undefined ? undefined : unwrapped(node);
  return inner?.type === "MemberExpression" ? inner.object : inner;
}
