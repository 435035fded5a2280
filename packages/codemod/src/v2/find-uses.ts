import type { Node } from "oxc-parser";
import { enclosingClass, keyName, memberName, unwrapped, wrapped } from "../engine/ast.ts";
import { isWrite } from "../engine/origins.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { ALL_SERVICES } from "../services/service.ts";
import type { Service } from "../services/service.ts";
import type { ClientFlow } from "./client-flow.ts";
import type { ClientGroup } from "./group.ts";
import { typeInV3 } from "./v3-types.ts";
import { v2Name } from "./v2-module.ts";
import type { V2Name } from "./v2-module.ts";
import type { V2Project } from "./v2-project.ts";

/** What the doubles of Sinon, Jest and Vitest are asked. */
const LOOKS_AT_DOUBLE =
  /^(mock([A-Z]\w*)?|called\w*|notCalled|callCount|\w+Call|getCalls|args|returns|resolves|rejects|throws|yields\w*|calls(Fake|Through)|callThrough|reset\w*|restore|withArgs)$/;

/** What the finder tells. */
export interface UseSink {
  readonly groupOf: (file: ScriptFile, service: Service) => ClientGroup;
  readonly flowOf: (service: Service) => ClientFlow;
}

/** Finds every place at which a file uses a messaging class or type of aws-sdk v2, and starts to follow the clients. */
export class UseFinder {
  readonly #project: V2Project;
  readonly #file: ScriptFile;
  readonly #sink: UseSink;
  readonly #seen = new Set<Node>();

  constructor(project: V2Project, file: ScriptFile, sink: UseSink) {
    this.#project = project;
    this.#file = file;
    this.#sink = sink;
  }

  find(): void {
    for (const binding of this.#file.scopes.all) this.#findThrough(binding);
    for (const call of this.#file.tree.ofType("CallExpression")) this.#findInline(call);
    this.#findUnresolved();
  }

  #findThrough(binding: Binding): void {
    const name = v2Name(this.#project.originOfBinding(this.#file, binding));
    if (name === undefined) return;
    for (const reference of binding.references) this.#see(reference, name);
  }

  /** `new (require("aws-sdk").SQS)()`. */
  #findInline(call: Node): void {
    const name = v2Name(this.#file.origins.of(call));
    if (name === undefined || this.#isDeclared(call)) return;
    this.#see(call, name);
  }

  /** What a declaration takes from the SDK is found through the declaration. */
  #isDeclared(call: Node): boolean {
    let node = wrapped(call);
    while (node.parent?.type === "MemberExpression" && node.parent.object === node) node = wrapped(node.parent);
    return node.parent?.type === "VariableDeclarator" && node.parent.init === node;
  }

  #see(node: Node, name: V2Name): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    switch (name.type) {
      case "sdk":
        return this.#seeSdk(node);
      case "class":
        return this.#seeClass(node, name.service);
      case "member":
        return this.#seeMember(node, name.service, name.path);
      case "other":
        return;
    }
  }

  #seeSdk(node: Node): void {
    const outer = wrapped(node);
    const { parent } = outer;
    if (parent?.type === "MemberExpression" && parent.object === outer) {
      if (memberName(parent) === undefined) return this.#escape(parent, "a service is chosen at run time");
      return this.#seeNext(parent);
    }
    if (parent?.type === "TSQualifiedName" && parent.left === node) return this.#seeNext(parent);
    if (parent?.type === "VariableDeclarator" && parent.init === outer) return undefined;
    if (isExportPlace(outer) || parent?.type === "TSTypeQuery") return undefined;
    if (parent?.type === "CallExpression")
      this.#escape(node, `the SDK is passed to ${this.#file.textOf(parent.callee).slice(0, 40)}`);
    return undefined;
  }

  #seeNext(node: Node): void {
    const name = v2Name(this.#project.originOf(this.#file, node));
    if (name !== undefined && name.type !== "sdk") this.#see(node, name);
  }

  #seeClass(node: Node, service: Service): void {
    const group = this.#sink.groupOf(this.#file, service);
    const outer = wrapped(node);
    const { parent } = outer;
    switch (parent?.type) {
      case "NewExpression":
        if (parent.callee !== outer) return group.block(node, "the class is passed on");
        group.sites.push(parent);
        return this.#sink.flowOf(service).trace(this.#file, parent);
      case "TSQualifiedName":
        return this.#seeNext(parent);
      case "TSTypeReference":
        return this.#seeClassType(group, node, parent);
      case "VariableDeclarator":
        return undefined;
      case "MemberExpression":
        if (parent.object === outer && isHeritage(parent)) return this.#seeNext(parent);
        return this.#file.isTest && LOOKS_AT_DOUBLE.test(memberName(parent) ?? "")
          ? group.blockOnce(parent, "the class is a double here")
          : group.block(parent, `${this.#file.textOf(parent)} is used`);
      default:
        if (isExportPlace(outer)) return undefined;
        return group.block(
          outer,
          isWrite(outer) ? "the class is replaced" : "the class is used in another way than `new`",
        );
    }
  }

  /** `sqs: AWS.SQS`: what is declared so holds a client. */
  #seeClassType(group: ClientGroup, node: Node, reference: Node): void {
    group.types.push({ node, name: "" });
    const flow = this.#sink.flowOf(group.service);
    const declared = annotated(reference);
    switch (declared?.type) {
      case "Identifier": {
        const binding = this.#file.scopes.bindingOf(declared);
        // In the type of a function the parameter is no declaration; the functions of the type cannot be found.
        return binding === undefined
          ? group.block(node, "the class is part of another type")
          : flow.traceTyped(this.#file, binding);
      }
      case "PropertyDefinition": {
        const owner = enclosingClass(declared);
        const name = keyName(declared);
        return owner === undefined || name === undefined ? undefined : flow.traceTypedField(this.#file, owner, name);
      }
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return undefined;
      default:
        return group.block(node, "the class is part of another type");
    }
  }

  /** `AWS.SQS.Message`, `SQS.Types.Message`, or a type that is imported by its name. */
  #seeMember(node: Node, service: Service, path: readonly string[]): void {
    const { parent } = node;
    const group = this.#sink.groupOf(this.#file, service);
    if (parent?.type === "TSQualifiedName" && parent.left === node) return this.#seeNext(parent);
    if (parent?.type === "MemberExpression" && parent.object === node && isHeritage(parent))
      return this.#seeNext(parent);
    const names = path[0]?.toLowerCase() === "types" ? path.slice(1) : path;
    const [name] = names;
    if (name === undefined || names.length > 1) return group.block(node, `${this.#file.textOf(node)} is used`);
    if (!isType(node))
      return isExportPlace(node) ? undefined : group.block(node, `${this.#file.textOf(node)} is no type here`);
    const wrapper = this.#wrapperOf(node);
    const isResult = wrapper?.name === "PromiseResult" && !this.#file.text.includes("$response");
    group.types.push({ node, name, ...(isResult ? { wrapper: wrapper.node } : {}) });
    if (wrapper !== undefined && !isResult) group.block(node, `the type ${wrapper.name} has no counterpart in v3`);
    if (typeInV3(service, name) === undefined) group.block(node, `the type ${name} has no counterpart in v3`);
  }

  /** `PromiseResult<SQS.SendMessageResult, AWSError>`: a type of the SDK around ours. */
  #wrapperOf(node: Node): { readonly node: Node; readonly name: string } | undefined {
    const list = node.parent?.parent;
    const outer = list?.type === "TSTypeParameterInstantiation" ? list.parent : undefined;
    if (outer?.type !== "TSTypeReference") return undefined;
    const origin = this.#project.originOf(this.#file, outer.typeName);
    const name = origin !== undefined && /^aws-sdk(\/|$)/.test(origin.module) ? origin.path.at(-1) : undefined;
    return name === undefined ? undefined : { node: outer, name };
  }

  #escape(node: Node, reason: string): void {
    for (const service of ALL_SERVICES) {
      if (new RegExp(`\\b${service.aggregatedClass}\\b`).test(this.#file.text))
        this.#sink.groupOf(this.#file, service).block(node, reason);
    }
  }

  /** `new X.SQS()` where it cannot be seen what `X` is, in a file that has to do with aws-sdk v2. */
  #findUnresolved(): void {
    for (const creation of this.#file.tree.ofType("NewExpression")) {
      const callee = unwrapped(creation.callee);
      if (callee.type !== "MemberExpression" || this.#file.origins.of(callee) !== undefined) continue;
      const service = ALL_SERVICES.find(({ aggregatedClass }) => aggregatedClass === memberName(callee));
      if (service === undefined) continue;
      const group = this.#sink.groupOf(this.#file, service);
      group.block(creation, `it cannot be proven that ${this.#file.textOf(callee.object).slice(0, 40)} is aws-sdk`);
    }
    for (const type of this.#file.tree.ofType("TSQualifiedName")) this.#findGlobalType(type);
  }

  /** `AWS.SQS.Message` in a file that does not import AWS: aws-sdk's types make it a global. */
  #findGlobalType(type: NodeOf<"TSQualifiedName">): void {
    if (type.left.type !== "Identifier" || type.left.name !== "AWS") return;
    if (this.#file.scopes.bindingOf(type.left) !== undefined) return;
    const service = ALL_SERVICES.find(({ aggregatedClass }) => aggregatedClass === type.right.name);
    if (service !== undefined)
      this.#sink.groupOf(this.#file, service).block(type, "AWS is the global that aws-sdk's types declare");
  }
}

function annotated(reference: Node): Node | undefined {
  const annotation = reference.parent;
  // `SQS | undefined` and `SQS | null` hold a client or nothing.
  const outer =
    annotation?.type === "TSUnionType" && annotation.types.every((type) => type === reference || isNothing(type))
      ? annotation.parent
      : annotation;
  return outer?.type === "TSTypeAnnotation" ? (outer.parent ?? undefined) : undefined;
}

function isNothing(type: Node): boolean {
  return type.type === "TSUndefinedKeyword" || type.type === "TSNullKeyword";
}

function isType({ parent }: Node): boolean {
  return parent?.type === "TSTypeReference" || (parent !== undefined && parent !== null && isHeritagePlace(parent));
}

function isHeritage(node: Node): boolean {
  const { parent } = node;
  if (parent === undefined || parent === null) return false;
  return isHeritagePlace(parent) || (parent.type === "MemberExpression" && isHeritage(parent));
}

function isHeritagePlace(node: Node): boolean {
  return node.type === "TSInterfaceHeritage" || node.type === "TSClassImplements";
}

function isExportPlace(node: Node): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case "ExportSpecifier":
    case "ExportDefaultDeclaration":
    case "TSExportAssignment":
      return true;
    case "AssignmentExpression":
      return parent.right === node && parent.left.type === "MemberExpression";
    case "Property":
      return parent.parent?.parent?.type === "AssignmentExpression";
    default:
      return false;
  }
}
