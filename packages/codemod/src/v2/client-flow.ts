import type { Node } from "oxc-parser";
import { dottedPath, enclosingClass, keyName, memberName, propertyOf, unwrapped, wrapped } from "../engine/ast.ts";
import type { ClassNode } from "../engine/ast.ts";
import { isWrite, nameOf } from "../engine/origins.ts";
import type { Binding, Identifier } from "../engine/scopes.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { Service } from "../services/service.ts";
import { callbackBlocker } from "./callbacks.ts";
import { initialValue, isExported, isImport, isThis, isTypePosition } from "./declaration.ts";
import { importedBy, isExportedObject, reExportsOf } from "./exported-name.ts";
import type { ImportedName } from "./exported-name.ts";
import { FieldFlow } from "./field-flow.ts";
import type { Because, Flow, Holder } from "./flow.ts";
import { FunctionFlow } from "./function-flow.ts";
import type { ClientGroup } from "./group.ts";
import { methodUse } from "./method-use.ts";
import type { V2Project } from "./v2-project.ts";

/** Gives the group of a file and service. */
export type GroupOf = (file: ScriptFile, service: Service) => ClientGroup;

/**
 * Follows the clients of one service from where they are made, or where a type says that they are, through variables, fields,
 * functions, parameters and exports, to every use. What it does not understand blocks the group.
 */
export class ClientFlow implements Flow {
  readonly project: V2Project;
  readonly service: Service;
  readonly #groupOf: GroupOf;
  readonly #fields: FieldFlow = new FieldFlow(this);
  readonly #functions: FunctionFlow = new FunctionFlow(this);
  readonly #clients = new Set<Node>();
  readonly #seen = new Set<unknown>();
  readonly #holders: Holder[] = [];
  /** Parameters that are known to hold a client by their type alone, until a caller is seen. */
  readonly #typedParameters = new Map<Binding, ScriptFile>();
  readonly #passedTo = new Set<Binding>();

  constructor(project: V2Project, service: Service, groupOf: GroupOf) {
    this.project = project;
    this.service = service;
    this.#groupOf = groupOf;
  }

  /** Follows an expression that is a client. */
  trace(file: ScriptFile, expression: Node): void {
    const node = wrapped(expression);
    if (this.#clients.has(node)) return;
    this.#clients.add(node);
    this.#clients.add(unwrapped(node));
    this.#use(file, node);
  }

  /** Follows a variable or parameter whose type says that it holds a client. */
  traceTyped(file: ScriptFile, binding: Binding): void {
    this.holdInBinding(file, binding, "type");
  }

  /** Follows a field whose type says that it holds a client. */
  traceTypedField(file: ScriptFile, owner: ClassNode, name: string): void {
    this.#fields.holdInField(file, owner, name, "type");
  }

  /** When everything has been followed: whatever holds a client must never hold anything else. */
  checkSources(): void {
    for (const { file, node, what, sources } of this.#holders) {
      const foreign = sources.find((source) => !this.#isClient(source));
      if (foreign !== undefined)
        this.block(
          file,
          foreign.parent === undefined ? node : foreign,
          `${what} may hold something else than a client`,
        );
    }
    // A type proves what a caller must pass, not that it passes the client that this migration makes.
    for (const [binding, file] of this.#typedParameters) {
      if (!this.#passedTo.has(binding)) this.block(file, binding.id, `nobody is seen who passes ${binding.name}`);
    }
  }

  block(file: ScriptFile, node: Node, reason: string): void {
    this.#groupOf(file, this.service).block(node, reason);
  }

  #use(file: ScriptFile, node: Node): void {
    const { parent } = node;
    switch (parent?.type) {
      case "MemberExpression":
        if (parent.object === node) return this.#useMember(file, parent);
        return this.block(file, node, "the client is a key");
      case "VariableDeclarator":
        if (parent.id.type !== "Identifier") return this.block(file, node, "the client is taken apart");
        return this.#holdInBindingOf(file, parent.id);
      case "AssignmentExpression":
        if (parent.right !== node) return;
        this.#assign(file, parent.left, node);
        return parent.parent?.type === "ExpressionStatement" ? undefined : this.trace(file, parent);
      case "AssignmentPattern":
        if (parent.left.type !== "Identifier") return this.block(file, node, "the client is taken apart");
        this.#noteValue(file, parent.left);
        return this.#holdInBindingOf(file, parent.left);
      case "PropertyDefinition":
        return this.#fields.holdInFieldOf(file, parent);
      case "Property":
        return this.#useInObject(file, parent, node);
      case "ReturnStatement":
      case "ArrowFunctionExpression":
        return this.#functions.returnFrom(file, node);
      case "LogicalExpression":
      case "ConditionalExpression":
        return parent.type === "ConditionalExpression" && parent.test === node ? undefined : this.trace(file, parent);
      case "CallExpression":
      case "NewExpression":
        return this.#functions.pass(file, parent, node);
      case "ExportDefaultDeclaration":
        return this.#exportAs(file, "default");
      case "ExportSpecifier":
        return this.#exportAs(file, nameOf(parent.exported));
      case "ExpressionStatement":
      case "IfStatement":
      case "UnaryExpression":
        return;
      case "BinaryExpression":
        return parent.operator === "instanceof" || parent.operator === "in"
          ? this.block(file, node, "the client's kind is tested")
          : undefined;
      case "AwaitExpression":
        return this.trace(file, parent);
      default:
        return this.block(file, node, "it cannot be seen where the client goes");
    }
  }

  #useMember(file: ScriptFile, member: NodeOf<"MemberExpression">): void {
    const use = methodUse(member, this.service);
    const reason = typeof use === "string" || use.promise !== undefined ? undefined : callbackBlocker(file, use.call);
    if (typeof use === "string") this.block(file, member, use);
    else if (reason !== undefined) this.block(file, member, reason);
    else this.#groupOf(file, this.service).calls.push(use);
  }

  #assign(file: ScriptFile, target: Node, value: Node): void {
    if (target.type === "Identifier") return this.#holdInBindingOf(file, target);
    if (target.type === "MemberExpression" && isThis(file, target.object)) {
      const field = memberName(target);
      if (field !== undefined) return this.#fields.holdInField(file, enclosingClass(target), field, "flow");
    }
    const path = dottedPath(target) ?? "";
    if (path === "module.exports") return this.#exportAs(file, "default");
    const name = /^(?:module\.)?exports\.(\w+)$/.exec(path)?.[1];
    if (name !== undefined) return this.#exportAs(file, name);
    this.block(file, value, `the client is put into ${path === "" ? "a place that cannot be followed" : path}`);
  }

  /** A parameter's own default value is a caller that is known. */
  #noteValue(file: ScriptFile, id: Identifier): void {
    const binding = file.scopes.bindingOf(id);
    if (binding !== undefined) this.#passedTo.add(binding);
  }

  #holdInBindingOf(file: ScriptFile, id: NodeOf<"Identifier">): void {
    const binding = file.scopes.bindingOf(id);
    if (binding === undefined) return this.block(file, id, `${id.name} is global`);
    this.holdInBinding(file, binding, "flow");
  }

  holdInBinding(file: ScriptFile, binding: Binding, because: Because): void {
    if (!this.isNew(binding)) return;
    const written = binding.references.filter((reference) => isWrite(reference));
    const sources: Node[] = written.flatMap((reference): Node[] =>
      reference.parent?.type === "AssignmentExpression" ? [reference.parent.right] : [reference],
    );
    if (binding.isParameter) this.#functions.checkParameter(file, binding, because === "type");
    else if (because !== "import" && !isImport(binding)) sources.push(...initialValue(binding));
    this.hold({ file, node: binding.id, what: binding.name, sources });
    for (const reference of binding.references) {
      if (isWrite(reference) || isTypePosition(reference)) continue;
      this.trace(file, reference);
    }
    const declared = binding.declaration.parent?.parent;
    if (declared?.type === "ExportNamedDeclaration") this.#exportAs(file, binding.name);
  }

  #useInObject(file: ScriptFile, property: NodeOf<"Property">, node: Node): void {
    const object = property.parent;
    const name = keyName(property);
    if (property.value !== node || object?.type !== "ObjectExpression" || name === undefined)
      return this.block(file, node, "the client is a key");
    const holder = object.parent;
    if (isExportedObject(holder)) return this.#exportAs(file, name);
    if (holder?.type === "VariableDeclarator" && holder.id.type === "Identifier")
      return this.#holdInObject(file, holder.id, object, name);
    this.block(file, node, `the client is handed on in an object, as ${name}`);
  }

  /** `const clients = { sqs: new AWS.SQS() }`: fine as long as only `clients.sqs` is used. */
  #holdInObject(file: ScriptFile, id: NodeOf<"Identifier">, object: Node, name: string): void {
    const binding = file.scopes.bindingOf(id);
    if (binding === undefined || isExported(binding))
      return this.block(file, id, `${id.name} is handed on with the client in it`);
    for (const reference of binding.references) {
      const member = reference.parent;
      if (
        member?.type !== "MemberExpression" ||
        member.object !== reference ||
        memberName(member) === undefined ||
        isWrite(member)
      ) {
        this.block(file, reference, `${id.name} is handed on with the client in it`);
      } else if (memberName(member) === name) this.trace(file, member);
    }
    const value = propertyOf(object, name)?.value;
    if (value !== undefined) this.hold({ file, node: id, what: `${id.name}.${name}`, sources: [value] });
  }

  #exportAs(file: ScriptFile, name: string): void {
    const key = `export:${file.path}:${name}`;
    if (!this.isNew(key)) return;
    for (const imported of this.importsOf(file, name)) {
      if (imported.type === "unclear") this.block(imported.file, imported.node, imported.reason);
      else if (imported.type === "binding") this.holdInBinding(imported.file, imported.binding, "import");
      else if (isWrite(imported.node))
        this.block(imported.file, imported.node, `the exported client ${name} is replaced`);
      else this.trace(imported.file, imported.node);
    }
    for (const [file2, exported] of reExportsOf(this.project, file, name)) {
      this.link(file2, file);
      this.#exportAs(file2, exported);
    }
  }

  importsOf(file: ScriptFile, name: string): readonly ImportedName[] {
    const found = this.project.loadersOf(file).flatMap((importer) => importedBy(this.project, importer, file, name));
    for (const imported of found) this.link(imported.file, file);
    return found;
  }

  link(one: ScriptFile, other: ScriptFile): void {
    this.#groupOf(one, this.service).link(this.#groupOf(other, this.service));
  }

  #isClient(node: Node): boolean {
    const inner = unwrapped(node);
    switch (inner.type) {
      // A client goes through these, and something else may, too.
      case "LogicalExpression":
        return this.#isClient(inner.left) && this.#isClient(inner.right);
      case "ConditionalExpression":
        return this.#isClient(inner.consequent) && this.#isClient(inner.alternate);
      default:
        return this.#clients.has(inner) || this.#clients.has(node) || this.#isNothingElse(inner);
    }
  }

  #isNothingElse(inner: Node): boolean {
    switch (inner.type) {
      case "AssignmentExpression":
        return this.#isClient(inner.right);
      case "Literal":
        return inner.value === null;
      case "UnaryExpression":
        return inner.operator === "void";
      case "Identifier":
        return inner.name === "undefined";
      default:
        return false;
    }
  }

  holdInField(file: ScriptFile, owner: ClassNode | undefined, name: string, because: Because): void {
    this.#fields.holdInField(file, owner, name, because);
  }

  returnFromMethod(file: ScriptFile, method: NodeOf<"MethodDefinition">): void {
    this.#fields.returnFromMethod(file, method);
  }

  hold(holder: Holder): void {
    this.#holders.push(holder);
  }

  noteTyped(binding: Binding, file: ScriptFile): void {
    this.#typedParameters.set(binding, file);
  }

  notePassed(binding: Binding): void {
    this.#passedTo.add(binding);
  }

  isTraced(node: Node): boolean {
    return this.#clients.has(node);
  }

  isSeen(key: unknown): boolean {
    return this.#seen.has(key);
  }

  isNew(key: unknown): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}
