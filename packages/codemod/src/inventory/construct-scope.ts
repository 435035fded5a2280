import type { Node } from "oxc-parser";
import { dottedPath, keyName, stringValue, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { addressOfText, isMessagingAddress } from "./address.ts";
import type { InventoryBuilder } from "./builder.ts";
import { kindOfName } from "./construct-values.ts";
import type { Address, ResourceKind } from "./inventory.ts";

/** Through how many variables a construct is followed: code can say `var queue = queue.inner`. */
const DEPTH = 4;

/** What the variables and fields of a file of constructs hold. */
export class ConstructScope {
  readonly kinds: Map<string, ResourceKind> = new Map();
  readonly #file: ScriptFile;
  readonly #builder: InventoryBuilder;

  constructor(file: ScriptFile, builder: InventoryBuilder) {
    this.#file = file;
    this.#builder = builder;
  }

  /** What a variable, field or `x.queueArn` refers to. */
  addressOf(node: Node | undefined, depth = 0): Address {
    if (node === undefined) return { by: "unknown", text: "" };
    const text = stringValue(unwrapped(node));
    if (text !== undefined) return isMessagingAddress(text) ? addressOfText(text) : { by: "unknown", text };
    // `deadLetterQueue: { queue: new Queue(this, "Dead") }`.
    const made = creationIn(node);
    if (made !== undefined) return { by: "reference", reference: this.#builder.scoped(this.referenceOf(made)) };
    const other = depth > DEPTH ? undefined : this.#aliased(node);
    if (other !== undefined) return this.addressOf(other, depth + 1);
    const path = dottedPath(node)?.replace(
      /\.(queueArn|topicArn|streamArn|queueUrl|queueName|topicName|streamName|arn|url|id|name|ref|attrArn|attrTopicArn|attrTopicName|attrQueueUrl|attrQueueName)$/,
      "",
    );
    if (path === undefined) return { by: "unknown", text: this.#file.textOf(node).slice(0, 60) };
    return { by: "reference", reference: this.#builder.scoped(path.replace(/^this\./, "")) };
  }

  /** `storage.queue` of `const queue = storage.queue`, and of its `queue.queueArn`. */
  #aliased(node: Node): Node | undefined {
    const inner = unwrapped(node);
    const id = inner.type === "MemberExpression" ? unwrapped(inner.object) : inner;
    const declaration = id.type === "Identifier" ? this.#file.scopes.bindingOf(id)?.declaration : undefined;
    if (declaration?.type !== "VariableDeclarator" || declaration.id.type !== "Identifier") return undefined;
    const init = declaration.init === null ? undefined : unwrapped(declaration.init);
    return init?.type === "MemberExpression" && dottedPath(init) !== undefined ? init : undefined;
  }

  resourceOf(node: Node | undefined): { kind: ResourceKind; address: Address } | undefined {
    if (node === undefined) return undefined;
    const path = dottedPath(node) ?? "";
    const last = path.split(".").at(-1) ?? "";
    const address = this.addressOf(node);
    const declared = this.kinds.get(path.replace(/^this\./, ""));
    const kind = declared ?? kindOfName(last, this.#file.text);
    return kind === undefined ? undefined : { kind, address };
  }

  /** What a construct is called in its file: by the variable or field that it is put into, else by its id. */
  referenceOf(creation: NodeOf<"NewExpression">): string {
    return this.holderOf(creation) ?? this.idOf(creation);
  }

  /** The id of a construct: the first argument of Pulumi's, the second of those that begin with their scope. */
  idOf({ arguments: [first, second], callee }: NodeOf<"NewExpression">): string {
    const isSecond = second !== undefined && second.type !== "ObjectExpression" && stringValue(first) === undefined;
    const id = isSecond ? second : first;
    return stringValue(id) ?? this.textOf(id)?.replaceAll(/[`'"]/g, "") ?? this.#file.textOf(callee);
  }

  /** The variable or field that a construct is put into. */
  holderOf(node: Node): string | undefined {
    let outer: Node | null | undefined = node.parent;
    while (outer !== null && outer !== undefined && unwrapped(outer) === node) outer = outer.parent;
    if (outer?.type === "VariableDeclarator" && outer.id.type === "Identifier") return outer.id.name;
    if (outer?.type === "AssignmentExpression") return dottedPath(outer.left)?.replace(/^this\./, "");
    return outer?.type === "PropertyDefinition" ? keyName(outer) : undefined;
  }

  textOf(node: Node | undefined): string | undefined {
    return node === undefined ? undefined : this.#file.textOf(node);
  }
}

/** `new Queue(…)` of `new Queue(…)` and `new Queue(…).queueArn`. */
function creationIn(node: Node): NodeOf<"NewExpression"> | undefined {
  const inner = unwrapped(node);
  if (inner.type === "MemberExpression") return creationIn(inner.object);
  return inner.type === "NewExpression" ? inner : undefined;
}
