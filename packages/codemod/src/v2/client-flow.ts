import type { Node } from "oxc-parser";
import {
  dottedPath,
  enclosingClass,
  enclosingFunction,
  isFunction,
  keyName,
  memberName,
  propertyOf,
  unwrapped,
  wrapped,
} from "../engine/ast.ts";
import type { ClassNode, FunctionNode } from "../engine/ast.ts";
import { isWrite, nameOf } from "../engine/origins.ts";
import type { Binding, Identifier } from "../engine/scopes.ts";
import { namesOf } from "../engine/scopes.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { Service } from "../services/service.ts";
import { callbackBlocker } from "./callbacks.ts";
import {
  fieldName,
  initialValue,
  isExported,
  isImport,
  isTypePosition,
  mayBeInstance,
  memberText,
} from "./declaration.ts";
import { functionBinding, functionOf, returnedValues } from "./declared-function.ts";
import { exportedFunctionName, importedBy, isExportedObject, reExportsOf } from "./exported-name.ts";
import type { ImportedName } from "./exported-name.ts";
import type { ClientGroup } from "./group.ts";
import { hasParameterProperty, isInjected } from "./injection.ts";
import { methodUse } from "./method-use.ts";
import { v2Name } from "./v2-module.ts";
import type { V2Project } from "./v2-project.ts";

/** Gives the group of a file and service. */
export type GroupOf = (file: ScriptFile, service: Service) => ClientGroup;

/** A place that holds a client, and the expressions that were put there. */
interface Holder {
  readonly file: ScriptFile;
  readonly node: Node;
  readonly what: string;
  readonly sources: readonly Node[];
}

/**
 * Follows the clients of one service from where they are made, or where a type says that they are, through variables, fields,
 * functions, parameters and exports, to every use. What it does not understand blocks the group.
 */
export class ClientFlow {
  readonly #project: V2Project;
  readonly #service: Service;
  readonly #groupOf: GroupOf;
  readonly #clients = new Set<Node>();
  readonly #seen = new Set<unknown>();
  readonly #holders: Holder[] = [];
  /** Parameters that are known to hold a client by their type alone, until a caller is seen. */
  readonly #typedParameters = new Map<Binding, ScriptFile>();
  readonly #passedTo = new Set<Binding>();

  constructor(project: V2Project, service: Service, groupOf: GroupOf) {
    this.#project = project;
    this.#service = service;
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
    this.#holdInBinding(file, binding, "type");
  }

  /** Follows a field whose type says that it holds a client. */
  traceTypedField(file: ScriptFile, owner: ClassNode, name: string): void {
    this.#holdInField(file, owner, name, "type");
  }

  /** When everything has been followed: whatever holds a client must never hold anything else. */
  checkSources(): void {
    for (const { file, node, what, sources } of this.#holders) {
      const foreign = sources.find((source) => !this.#isClient(source));
      if (foreign !== undefined)
        this.#block(
          file,
          foreign.parent === undefined ? node : foreign,
          `${what} may hold something else than a client`,
        );
    }
    // A type proves what a caller must pass, not that it passes the client that this migration makes.
    for (const [binding, file] of this.#typedParameters) {
      if (!this.#passedTo.has(binding)) this.#block(file, binding.id, `nobody is seen who passes ${binding.name}`);
    }
  }

  #block(file: ScriptFile, node: Node, reason: string): void {
    this.#groupOf(file, this.#service).block(node, reason);
  }

  #use(file: ScriptFile, node: Node): void {
    const { parent } = node;
    switch (parent?.type) {
      case "MemberExpression":
        if (parent.object === node) return this.#useMember(file, parent);
        return this.#block(file, node, "the client is a key");
      case "VariableDeclarator":
        if (parent.id.type !== "Identifier") return this.#block(file, node, "the client is taken apart");
        return this.#holdInBindingOf(file, parent.id);
      case "AssignmentExpression":
        if (parent.right !== node) return;
        this.#assign(file, parent.left, node);
        return parent.parent?.type === "ExpressionStatement" ? undefined : this.trace(file, parent);
      case "AssignmentPattern":
        if (parent.left.type !== "Identifier") return this.#block(file, node, "the client is taken apart");
        this.#noteValue(file, parent.left);
        return this.#holdInBindingOf(file, parent.left);
      case "PropertyDefinition":
        return this.#holdInFieldOf(file, parent);
      case "Property":
        return this.#useInObject(file, parent, node);
      case "ReturnStatement":
      case "ArrowFunctionExpression":
        return this.#returnFrom(file, node);
      case "LogicalExpression":
      case "ConditionalExpression":
        return parent.type === "ConditionalExpression" && parent.test === node ? undefined : this.trace(file, parent);
      case "CallExpression":
      case "NewExpression":
        return this.#pass(file, parent, node);
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
          ? this.#block(file, node, "the client's kind is tested")
          : undefined;
      case "AwaitExpression":
        return this.trace(file, parent);
      default:
        return this.#block(file, node, "it cannot be seen where the client goes");
    }
  }

  #useMember(file: ScriptFile, member: NodeOf<"MemberExpression">): void {
    const use = methodUse(member, this.#service);
    const reason = typeof use === "string" || use.promise !== undefined ? undefined : callbackBlocker(file, use.call);
    if (typeof use === "string") this.#block(file, member, use);
    else if (reason !== undefined) this.#block(file, member, reason);
    else this.#groupOf(file, this.#service).calls.push(use);
  }

  #assign(file: ScriptFile, target: Node, value: Node): void {
    if (target.type === "Identifier") return this.#holdInBindingOf(file, target);
    const path = dottedPath(target) ?? "";
    if (/^this\.#?\w+$/.test(path))
      return this.#holdInField(file, enclosingClass(target), path.slice("this.".length), "flow");
    if (path === "module.exports") return this.#exportAs(file, "default");
    const name = /^(?:module\.)?exports\.(\w+)$/.exec(path)?.[1];
    if (name !== undefined) return this.#exportAs(file, name);
    this.#block(file, value, `the client is put into ${path === "" ? "a place that cannot be followed" : path}`);
  }

  /** A parameter's own default value is a caller that is known. */
  #noteValue(file: ScriptFile, id: Identifier): void {
    const binding = file.scopes.bindingOf(id);
    if (binding !== undefined) this.#passedTo.add(binding);
  }

  #holdInBindingOf(file: ScriptFile, id: NodeOf<"Identifier">): void {
    const binding = file.scopes.bindingOf(id);
    if (binding === undefined) return this.#block(file, id, `${id.name} is global`);
    this.#holdInBinding(file, binding, "flow");
  }

  #holdInBinding(file: ScriptFile, binding: Binding, because: "type" | "import" | "flow"): void {
    if (this.#seen.has(binding)) return;
    this.#seen.add(binding);
    const written = binding.references.filter((reference) => isWrite(reference));
    const sources: Node[] = written.flatMap((reference): Node[] =>
      reference.parent?.type === "AssignmentExpression" ? [reference.parent.right] : [reference],
    );
    if (binding.isParameter) this.#checkParameter(file, binding, because === "type");
    else if (because !== "import" && !isImport(binding)) sources.push(...initialValue(binding));
    this.#holders.push({ file, node: binding.id, what: binding.name, sources });
    for (const reference of binding.references) {
      if (isWrite(reference) || isTypePosition(reference)) continue;
      this.trace(file, reference);
    }
    const declared = binding.declaration.parent?.parent;
    if (declared?.type === "ExportNamedDeclaration") this.#exportAs(file, binding.name);
  }

  /** A parameter is certain by its type, or when every caller is known. */
  #checkParameter(file: ScriptFile, binding: Binding, isTyped: boolean): void {
    const { declaration } = binding;
    if (!isFunction(declaration)) return;
    const property = declaration.params.find(
      (parameter) => parameter.type === "TSParameterProperty" && namesOf(parameter).includes(binding.id),
    );
    const owner = enclosingClass(declaration);
    if (property !== undefined && owner !== undefined) this.#holdInField(file, owner, binding.name, "parameter");
    if (isTyped || this.#isDeclaredClient(file, binding.id)) {
      if (isInjected(declaration, owner)) this.#block(file, binding.id, "a framework injects the client");
      else this.#typedParameters.set(binding, file);
      return;
    }
    const index = declaration.params.findIndex((parameter) => namesOf(parameter).includes(binding.id));
    const callers = index === -1 ? undefined : this.#callersOf(file, declaration);
    if (callers === undefined)
      return this.#block(file, binding.id, `not every caller that passes ${binding.name} is known`);
    const passed = callers.flatMap((call) => call.arguments[index] ?? []);
    this.#holders.push({ file, node: binding.id, what: binding.name, sources: passed });
  }

  /** By an annotation, or, in TypeScript, by a default value, from which the type is inferred. */
  #isDeclaredClient(file: ScriptFile, id: Identifier): boolean {
    const annotation = id.typeAnnotation?.typeAnnotation;
    if (annotation === undefined) return /\.[cm]?tsx?$/.test(file.name) && id.parent?.type === "AssignmentPattern";
    const types = annotation.type === "TSUnionType" ? annotation.types : [annotation];
    return types.some((type) => {
      const name = type.type === "TSTypeReference" ? v2Name(this.#project.originOf(file, type.typeName)) : undefined;
      return name?.type === "class" && name.service === this.#service;
    });
  }

  /** Every call of a function that has a name of its own in this file and goes nowhere else. */
  #callersOf(file: ScriptFile, declaration: FunctionNode): NodeOf<"CallExpression">[] | undefined {
    const binding = functionBinding(file, declaration);
    if (binding === undefined || isExported(binding)) return undefined;
    const calls = binding.references.flatMap(({ parent }) => (parent?.type === "CallExpression" ? [parent] : []));
    return calls.length === binding.references.length && calls.every((call) => call.callee.type === "Identifier")
      ? calls
      : undefined;
  }

  #holdInFieldOf(file: ScriptFile, field: NodeOf<"PropertyDefinition">): void {
    const [owner, name] = [enclosingClass(field), fieldName(field)];
    if (owner === undefined || name === undefined) return this.#block(file, field, "a field without a fixed name");
    this.#holdInField(file, owner, name, "flow");
  }

  /** Without a class, `this` in any function of the file is taken for the same object: constructor functions and their prototypes. */
  #holdInField(
    file: ScriptFile,
    owner: ClassNode | undefined,
    name: string,
    because: "type" | "parameter" | "flow",
  ): void {
    const key = `${file.path}:${owner?.start}:${name}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const sources: Node[] = [];
    for (const field of file.tree.ofType("PropertyDefinition")) {
      if (enclosingClass(field) === owner && fieldName(field) === name && field.value !== null)
        sources.push(field.value);
    }
    for (const member of file.tree.ofType("MemberExpression")) {
      if (memberText(member) !== name) continue;
      if (member.object.type !== "ThisExpression") {
        if (isClassItself(file, member, owner)) {
          if (isWrite(member)) this.#block(file, member, `the field ${name} is set from outside of its class`);
          else this.trace(file, member);
        } else if (this.#isUsedAsClient(member))
          this.#block(file, member, `the field ${name} is reached from outside of its class`);
        continue;
      }
      if (enclosingClass(member) !== owner) {
        if (enclosingClass(member)?.superClass != null)
          this.#block(file, member, `a subclass may use the field ${name}`);
        continue;
      }
      if (member.parent?.type === "AssignmentExpression" && member.parent.left === member) {
        sources.push(member.parent.right);
        this.#traceIfClient(file, member.parent.right);
      } else this.trace(file, member);
    }
    this.#checkOtherFiles(file, name);
    if (because === "type" && sources.length === 0 && !hasParameterProperty(owner, name))
      this.#block(file, owner ?? file.tree.program, `nobody is seen who sets the field ${name}`);
    this.#holders.push({
      file,
      node: owner ?? file.tree.program,
      what: `this.${name}`,
      sources: sources.filter((source) => !this.#isTypedParameter(file, source)),
    });
  }

  /** `queue.sqs.sendMessage()` in a file that loads the class. */
  #checkOtherFiles(file: ScriptFile, name: string): void {
    if (name.startsWith("#")) return;
    for (const other of this.#project.usersOf(file)) {
      for (const member of other.tree.ofType("MemberExpression")) {
        if (memberText(member) !== name || member.object.type === "ThisExpression") continue;
        const outer = wrapped(member).parent;
        const isUsed = outer?.type === "MemberExpression" && this.#service.methods.has(memberName(outer) ?? "");
        if (!isUsed || this.#isOtherExport(other, member, file)) continue;
        this.#link(other, file);
        this.#block(other, member, `the field ${name} is reached from outside of its class`);
      }
    }
  }

  /** `clients.getQueue()` in a file that gets at the class. */
  #checkOtherCalls(file: ScriptFile, name: string): void {
    for (const other of this.#project.usersOf(file)) {
      for (const member of other.tree.ofType("MemberExpression")) {
        if (other === file || memberName(member) !== name || member.parent?.type !== "CallExpression") continue;
        if (this.#isOtherExport(other, member, file)) continue;
        this.#link(other, file);
        this.#block(other, member, `the client is got through ${name} from outside of the class`);
      }
    }
  }

  /** `clients.sqs`, an export of the same name, in this file or another, rather than a field. */
  #isOtherExport(user: ScriptFile, member: Node, file: ScriptFile): boolean {
    const origin = user.origins.of(member);
    if (origin === undefined) return false;
    const path = origin.path[0] === "default" ? origin.path.slice(1) : origin.path;
    if (path.length !== 1) return false;
    const loaded = this.#project.resolve(user, origin.module);
    return loaded !== file || this.#project.exportsOf(file).names.has(path[0] ?? "");
  }

  /** `sender.sqs.sendMessage()`, or `sender.sqs = double`: what looks like a use of a field, on whatever object. */
  #isUsedAsClient(member: NodeOf<"MemberExpression">): boolean {
    if (!mayBeInstance(member)) return false;
    const outer = wrapped(member).parent;
    return (
      isWrite(member) || (outer?.type === "MemberExpression" && this.#service.methods.has(memberName(outer) ?? ""))
    );
  }

  #traceIfClient(file: ScriptFile, node: Node): void {
    if (unwrapped(node).type === "NewExpression" && this.#clients.has(unwrapped(node))) this.trace(file, node);
  }

  /** `this.sqs = sqs`, where the parameter's type has been looked at on its own. */
  #isTypedParameter(file: ScriptFile, source: Node): boolean {
    const inner = unwrapped(source);
    if (inner.type !== "Identifier") return false;
    const binding = file.scopes.bindingOf(inner);
    return binding?.isParameter === true && this.#seen.has(binding);
  }

  #useInObject(file: ScriptFile, property: NodeOf<"Property">, node: Node): void {
    const object = property.parent;
    const name = keyName(property);
    if (property.value !== node || object?.type !== "ObjectExpression" || name === undefined)
      return this.#block(file, node, "the client is a key");
    const holder = object.parent;
    if (isExportedObject(holder)) return this.#exportAs(file, name);
    if (holder?.type === "VariableDeclarator" && holder.id.type === "Identifier")
      return this.#holdInObject(file, holder.id, object, name);
    this.#block(file, node, `the client is handed on in an object, as ${name}`);
  }

  /** `const clients = { sqs: new AWS.SQS() }`: fine as long as only `clients.sqs` is used. */
  #holdInObject(file: ScriptFile, id: NodeOf<"Identifier">, object: Node, name: string): void {
    const binding = file.scopes.bindingOf(id);
    if (binding === undefined || isExported(binding))
      return this.#block(file, id, `${id.name} is handed on with the client in it`);
    for (const reference of binding.references) {
      const member = reference.parent;
      if (
        member?.type !== "MemberExpression" ||
        member.object !== reference ||
        memberName(member) === undefined ||
        isWrite(member)
      ) {
        this.#block(file, reference, `${id.name} is handed on with the client in it`);
      } else if (memberName(member) === name) this.trace(file, member);
    }
    const value = propertyOf(object, name)?.value;
    if (value !== undefined) this.#holders.push({ file, node: id, what: `${id.name}.${name}`, sources: [value] });
  }

  #returnFrom(file: ScriptFile, node: Node): void {
    const owner = node.parent?.type === "ArrowFunctionExpression" ? node.parent : enclosingFunction(node);
    if (owner === undefined) return this.#block(file, node, "the client is returned");
    if (owner.async || owner.generator)
      return this.#block(file, node, "the client is returned by an asynchronous function");
    if (this.#seen.has(owner)) return;
    this.#seen.add(owner);
    const sources = returnedValues(file, owner);
    this.#holders.push({ file, node: owner, what: "the function's result", sources });
    const method = owner.parent;
    if (method?.type === "MethodDefinition") return this.#returnFromMethod(file, method);
    const exported = exportedFunctionName(owner);
    if (exported !== undefined) this.#exportMaker(file, exported);
    const binding = functionBinding(file, owner);
    if (binding === undefined) {
      if (exported === undefined) this.#block(file, node, "the client is returned by a function without a name");
      return;
    }
    for (const reference of binding.references) this.#useMaker(file, reference);
    const declared = binding.declaration.type === "VariableDeclarator" ? binding.declaration.parent : owner;
    if (declared?.parent?.type === "ExportNamedDeclaration") this.#exportMaker(file, binding.name);
  }

  /** A use of a function that makes the client: a call, or an export. */
  #useMaker(file: ScriptFile, node: Node): void {
    if (isTypePosition(node)) return;
    const outer = wrapped(node);
    const { parent } = outer;
    if (parent?.type === "CallExpression" && parent.callee === outer) return this.trace(file, parent);
    if (parent?.type === "ExportSpecifier") return this.#exportMaker(file, nameOf(parent.exported));
    const exported = exportedFunctionName(outer);
    if (exported !== undefined) return this.#exportMaker(file, exported);
    this.#block(file, node, "the function that makes the client is handed on");
  }

  #exportMaker(file: ScriptFile, name: string): void {
    const key = `maker:${file.path}:${name}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    for (const imported of this.#importsOf(file, name)) {
      if (imported.type === "unclear") this.#block(imported.file, imported.node, imported.reason);
      else if (imported.type === "member") this.#useMaker(imported.file, imported.node);
      else for (const reference of imported.binding.references) this.#useMaker(imported.file, reference);
    }
    for (const [file2, exported] of reExportsOf(this.#project, file, name)) {
      this.#link(file2, file);
      this.#exportMaker(file2, exported);
    }
  }

  #returnFromMethod(file: ScriptFile, method: NodeOf<"MethodDefinition">): void {
    const [name, owner] = [keyName(method), enclosingClass(method)];
    if (name === undefined || owner === undefined)
      return this.#block(file, method, "the client is returned by a method");
    if (method.kind === "get") this.#checkOtherFiles(file, name);
    else this.#checkOtherCalls(file, name);
    for (const member of file.tree.ofType("MemberExpression")) {
      if (memberName(member) !== name) continue;
      const isOwn = member.object.type === "ThisExpression" && enclosingClass(member) === owner;
      if (!isOwn) {
        if (mayBeInstance(member))
          this.#block(file, member, `the client is got through ${name} from outside of the class`);
      } else if (method.kind === "get") this.trace(file, member);
      else if (member.parent?.type === "CallExpression" && member.parent.callee === member)
        this.trace(file, member.parent);
      else this.#block(file, member, `the method ${name} is handed on`);
    }
  }

  #pass(file: ScriptFile, call: NodeOf<"CallExpression"> | NodeOf<"NewExpression">, node: Node): void {
    if (call.callee === node) return this.#block(file, node, "the client is called");
    const index = call.arguments.findIndex((argument) => argument === node);
    const callee = this.#calleeOf(file, call.callee);
    const parameter = callee?.declaration?.params[index];
    const [id] = parameter === undefined ? [] : namesOf(parameter);
    const binding = id === undefined ? undefined : callee?.file.scopes.bindingOf(id);
    const isPlain = parameter?.type === "Identifier" || parameter?.type === "TSParameterProperty";
    if (callee !== undefined && callee.file !== file) this.#link(file, callee.file);
    if (binding === undefined || callee === undefined || !isPlain)
      return this.#block(file, node, `the client is passed to ${shortText(file.textOf(call.callee))}`);
    this.#passedTo.add(binding);
    this.#holdInBinding(callee.file, binding, "flow");
  }

  /** The function or constructor that a call reaches, in this file or in another one of the project. */
  #calleeOf(file: ScriptFile, callee: Node): { file: ScriptFile; declaration: FunctionNode | undefined } | undefined {
    const target = unwrapped(callee);
    if (target.type !== "Identifier") return undefined;
    const declaration = file.scopes.bindingOf(target)?.declaration;
    const local = functionOf(declaration);
    if (local !== undefined) return { file, declaration: local };
    const origin = file.origins.of(target);
    const found = origin === undefined ? undefined : this.#project.exportedValue(file, origin);
    if (found === undefined) return undefined;
    const value = unwrapped(found.node);
    const exported = value.type === "Identifier" ? found.file.scopes.bindingOf(value)?.declaration : value;
    return { file: found.file, declaration: functionOf(exported) };
  }

  #exportAs(file: ScriptFile, name: string): void {
    const key = `export:${file.path}:${name}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    for (const imported of this.#importsOf(file, name)) {
      if (imported.type === "unclear") this.#block(imported.file, imported.node, imported.reason);
      else if (imported.type === "binding") this.#holdInBinding(imported.file, imported.binding, "import");
      else if (isWrite(imported.node))
        this.#block(imported.file, imported.node, `the exported client ${name} is replaced`);
      else this.trace(imported.file, imported.node);
    }
    for (const [file2, exported] of reExportsOf(this.#project, file, name)) {
      this.#link(file2, file);
      this.#exportAs(file2, exported);
    }
  }

  #importsOf(file: ScriptFile, name: string): readonly ImportedName[] {
    const found = this.#project.loadersOf(file).flatMap((importer) => importedBy(this.#project, importer, file, name));
    for (const imported of found) this.#link(imported.file, file);
    return found;
  }

  #link(one: ScriptFile, other: ScriptFile): void {
    this.#groupOf(one, this.#service).link(this.#groupOf(other, this.#service));
  }

  #isClient(node: Node): boolean {
    const inner = unwrapped(node);
    if (this.#clients.has(inner) || this.#clients.has(node)) return true;
    switch (inner.type) {
      case "LogicalExpression":
        return this.#isClient(inner.left) && this.#isClient(inner.right);
      case "ConditionalExpression":
        return this.#isClient(inner.consequent) && this.#isClient(inner.alternate);
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
}

/** `Queue.sqs` of `class Queue { static sqs = … }`. */
function isClassItself(
  file: ScriptFile,
  { object }: NodeOf<"MemberExpression">,
  owner: ClassNode | undefined,
): boolean {
  if (owner === undefined || object.type !== "Identifier") return false;
  return file.scopes.bindingOf(object)?.declaration === owner;
}

function shortText(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
