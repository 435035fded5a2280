import type { Node } from "oxc-parser";
import { dottedPath, keyName, stringValue, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { addressOfText, isMessagingAddress } from "./address.ts";
import type { InventoryBuilder } from "./builder.ts";
import { kindOfName } from "./construct-values.ts";
import type { Address, ResourceKind } from "./inventory.ts";

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
  addressOf(node: Node | undefined): Address {
    if (node === undefined) return { by: "unknown", text: "" };
    const text = stringValue(unwrapped(node));
    if (text !== undefined) return isMessagingAddress(text) ? addressOfText(text) : { by: "unknown", text };
    const path = dottedPath(node)?.replace(
      /\.(queueArn|topicArn|streamArn|queueUrl|queueName|topicName|streamName|arn|url|id|name|ref|attrArn|attrTopicArn|attrTopicName|attrQueueUrl|attrQueueName)$/,
      "",
    );
    if (path === undefined) return { by: "unknown", text: this.#file.textOf(node).slice(0, 60) };
    return { by: "reference", reference: this.#builder.scoped(path.replace(/^this\./, "")) };
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
