import { dirname, posix } from "node:path";
import type { Node } from "oxc-parser";
import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { keyName, memberPath, stringValue, unwrapped } from "../engine/ast.ts";
import { isReassigned } from "../engine/origins.ts";
import type { Identifier } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { exportedNode, moduleExports } from "../v2/module-exports.ts";
import { YamlValue } from "./yaml-value.ts";

const DEPTH = 24;

type Built = Scalar | YAMLMap | YAMLSeq;

/** The value of an expression as far as the program's text tells it, also from other files of the project. */
export function scriptValue(file: ScriptFile, node: Node): YamlValue {
  return new YamlValue(new Evaluation(file.name).valueOf(file, node, 0), new Document());
}

class Evaluation {
  readonly #service: string;
  /** Where the first file refers to the one that is being looked at. */
  #outside: Node | undefined;

  constructor(service: string) {
    this.#service = service;
  }

  valueOf(file: ScriptFile, node: Node, depth: number): Built {
    const inner = unwrapped(node);
    const text = stringValue(inner);
    if (text !== undefined) return this.#scalar(inner, text);
    if (depth > DEPTH) return this.#unknown(file, inner);
    switch (inner.type) {
      case "Literal":
        return this.#scalar(inner, inner.value);
      case "TemplateLiteral":
        return this.#scalar(inner, this.#filled(file, inner, depth));
      case "ObjectExpression":
        return this.#map(file, inner, depth);
      case "ArrayExpression":
        return this.#list(file, inner, depth);
      case "Identifier":
        return this.#named(file, inner, [], depth) ?? this.#unknown(file, inner);
      case "MemberExpression":
        return this.#member(file, inner, depth) ?? this.#unknown(file, inner);
      case "CallExpression":
        return this.#folder(file, inner) ?? this.#unknown(file, inner);
      default:
        return this.#unknown(file, inner);
    }
  }

  #map(file: ScriptFile, object: NodeOf<"ObjectExpression">, depth: number): YAMLMap {
    const map = new YAMLMap();
    map.range = this.#rangeOf(object);
    for (const property of object.properties) {
      if (property.type === "SpreadElement") {
        const spread = this.valueOf(file, property.argument, depth + 1);
        if (spread instanceof YAMLMap) map.items.push(...spread.items);
        continue;
      }
      const computed = property.computed ? this.valueOf(file, property.key, depth + 1) : undefined;
      const name = keyName(property) ?? (computed instanceof Scalar ? computed.value : undefined);
      if (typeof name !== "string") continue;
      map.items.push(new Pair(this.#scalar(property.key, name), this.valueOf(file, property.value, depth + 1)));
    }
    return map;
  }

  #list(file: ScriptFile, array: NodeOf<"ArrayExpression">, depth: number): YAMLSeq {
    const list = new YAMLSeq();
    list.range = this.#rangeOf(array);
    for (const element of array.elements) {
      if (element === null) continue;
      if (element.type !== "SpreadElement") list.items.push(this.valueOf(file, element, depth + 1));
      else {
        const spread = this.valueOf(file, element.argument, depth + 1);
        if (spread instanceof YAMLSeq) list.items.push(...spread.items);
      }
    }
    return list;
  }

  #filled(file: ScriptFile, template: NodeOf<"TemplateLiteral">, depth: number): string {
    return template.quasis
      .map(({ value }, index) => {
        const expression = template.expressions[index];
        if (expression === undefined) return value.cooked ?? "";
        const filled = this.valueOf(file, expression, depth + 1);
        return `${value.cooked ?? ""}${filled instanceof Scalar ? String(filled.value) : ""}`;
      })
      .join("");
  }

  #member(file: ScriptFile, member: NodeOf<"MemberExpression">, depth: number): Built | undefined {
    const path = memberPath(member);
    return path?.root.type === "Identifier" ? this.#named(file, path.root, path.names, depth) : undefined;
  }

  /** `handlerPath(__dirname)`, as the framework's template for TypeScript has it: the folder from the service's on. */
  #folder(file: ScriptFile, call: NodeOf<"CallExpression">): Built | undefined {
    const [argument] = call.arguments;
    if (argument?.type !== "Identifier" || argument.name !== "__dirname") return undefined;
    return this.#scalar(call, posix.relative(dirname(this.#service), dirname(file.name)));
  }

  /** What a name, and the names behind it, stand for. */
  #named(file: ScriptFile, id: Identifier, names: readonly string[], depth: number): Built | undefined {
    const binding = file.scopes.bindingOf(id);
    if (binding === undefined || binding.isParameter || isReassigned(binding)) return undefined;
    const { declaration } = binding;
    if (declaration.type === "ImportNamespaceSpecifier" && names.length === 0)
      return this.#everything(file, id, declaration.parent, depth);
    const origin = file.origins.of(id);
    const found = origin === undefined ? undefined : exportedNode(file, origin.module, [...origin.path, ...names]);
    if (found !== undefined) return this.#from(id, () => this.#below(found.file, found.node, found.rest, depth + 1));
    if (declaration.type !== "VariableDeclarator" || declaration.init === null || declaration.id !== binding.id)
      return undefined;
    return this.#below(file, declaration.init, names, depth + 1);
  }

  /** `import * as functions from "./functions"`. */
  #everything(file: ScriptFile, id: Identifier, statement: Node | null | undefined, depth: number): Built | undefined {
    if (statement?.type !== "ImportDeclaration") return undefined;
    const module = statement.source.value;
    const target = file.open(module);
    if (target === undefined) return undefined;
    const map = new YAMLMap();
    map.range = this.#rangeOf(id);
    for (const name of moduleExports(target).names.keys()) {
      const found = exportedNode(file, module, [name]);
      const value =
        found === undefined
          ? undefined
          : this.#from(id, () => this.#below(found.file, found.node, found.rest, depth + 1));
      if (value !== undefined) map.items.push(new Pair(this.#scalar(id, name), value));
    }
    return map;
  }

  #below(file: ScriptFile, node: Node, names: readonly string[], depth: number): Built | undefined {
    let value: unknown = this.valueOf(file, node, depth);
    for (const name of names) value = value instanceof YAMLMap ? value.get(name, true) : undefined;
    return value instanceof Scalar || value instanceof YAMLMap || value instanceof YAMLSeq ? value : undefined;
  }

  /** What stands in another file is told at the place that refers to it. */
  #from<Result>(reference: Node, action: () => Result): Result {
    const before = this.#outside;
    this.#outside = before ?? reference;
    try {
      return action();
    } finally {
      this.#outside = before;
    }
  }

  /** Reads like a variable of the Serverless Framework that nobody can look up. */
  #unknown(file: ScriptFile, node: Node): Scalar {
    return this.#scalar(
      node,
      `\${code:${file
        .textOf(node)
        .replaceAll(/[\s${}]+/g, " ")
        .slice(0, 60)}}`,
    );
  }

  #scalar(node: Node, value: unknown): Scalar {
    const scalar = new Scalar(value);
    scalar.range = this.#rangeOf(node);
    return scalar;
  }

  #rangeOf(node: Node): [start: number, valueEnd: number, nodeEnd: number] {
    const { start, end } = this.#outside ?? node;
    return [start, end, end];
  }
}
