import type { Node } from "oxc-parser";
import { enclosingClass, enclosingFunction, isFunction, unwrapped, wrapped } from "../engine/ast.ts";
import type { FunctionNode } from "../engine/ast.ts";
import { oneLine } from "../engine/one-line.ts";
import { nameOf } from "../engine/origins.ts";
import { namesOf } from "../engine/scopes.ts";
import type { Binding, Identifier } from "../engine/scopes.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { isExported, isTypePosition } from "./declaration.ts";
import { functionBinding, functionOf, returnedValues } from "./declared-function.ts";
import { exportedFunctionName, reExportsOf } from "./exported-name.ts";
import type { Flow } from "./flow.ts";
import { isInjected } from "./injection.ts";
import { v2Name } from "./v2-module.ts";

/** Follows clients into the parameters of functions and out of their results. */
export class FunctionFlow {
  readonly #flow: Flow;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** A parameter is certain by its type, or when every caller is known. */
  checkParameter(file: ScriptFile, binding: Binding, isTyped: boolean): void {
    const { declaration } = binding;
    if (!isFunction(declaration)) return;
    const property = declaration.params.find(
      (parameter) => parameter.type === "TSParameterProperty" && namesOf(parameter).includes(binding.id),
    );
    const owner = enclosingClass(declaration);
    if (property !== undefined && owner !== undefined) this.#flow.holdInField(file, owner, binding.name, "parameter");
    if (isTyped || this.#isDeclaredClient(file, binding.id)) {
      if (isInjected(declaration, owner)) this.#flow.block(file, binding.id, "a framework injects the client");
      else this.#flow.noteTyped(binding, file);
      return;
    }
    const index = declaration.params.findIndex((parameter) => namesOf(parameter).includes(binding.id));
    const callers = index === -1 ? undefined : this.#callersOf(file, declaration);
    if (callers === undefined)
      return this.#flow.block(file, binding.id, `not every caller that passes ${binding.name} is known`);
    const passed = callers.flatMap((call) => call.arguments[index] ?? []);
    this.#flow.hold({ file, node: binding.id, what: binding.name, sources: passed });
  }

  /** By an annotation, or, in TypeScript, by a default value, from which the type is inferred. */
  #isDeclaredClient(file: ScriptFile, id: Identifier): boolean {
    const annotation = id.typeAnnotation?.typeAnnotation;
    if (annotation === undefined) return /\.[cm]?tsx?$/.test(file.name) && id.parent?.type === "AssignmentPattern";
    const types = annotation.type === "TSUnionType" ? annotation.types : [annotation];
    return types.some((type) => {
      const name =
        type.type === "TSTypeReference" ? v2Name(this.#flow.project.originOf(file, type.typeName)) : undefined;
      return name?.type === "class" && name.service === this.#flow.service;
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

  returnFrom(file: ScriptFile, node: Node): void {
    const owner = node.parent?.type === "ArrowFunctionExpression" ? node.parent : enclosingFunction(node);
    if (owner === undefined) return this.#flow.block(file, node, "the client is returned");
    if (owner.async || owner.generator)
      return this.#flow.block(file, node, "the client is returned by an asynchronous function");
    if (!this.#flow.isNew(owner)) return;
    const sources = returnedValues(file, owner);
    this.#flow.hold({ file, node: owner, what: "the function's result", sources });
    const method = owner.parent;
    if (method?.type === "MethodDefinition") return this.#flow.returnFromMethod(file, method);
    const exported = exportedFunctionName(owner);
    if (exported !== undefined) this.#exportMaker(file, exported);
    const binding = functionBinding(file, owner);
    if (binding === undefined) {
      if (exported === undefined) this.#flow.block(file, node, "the client is returned by a function without a name");
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
    if (parent?.type === "CallExpression" && parent.callee === outer) return this.#flow.trace(file, parent);
    if (parent?.type === "ExportSpecifier") return this.#exportMaker(file, nameOf(parent.exported));
    const exported = exportedFunctionName(outer);
    if (exported !== undefined) return this.#exportMaker(file, exported);
    this.#flow.block(file, node, "the function that makes the client is handed on");
  }

  #exportMaker(file: ScriptFile, name: string): void {
    const key = `maker:${file.path}:${name}`;
    if (!this.#flow.isNew(key)) return;
    for (const imported of this.#flow.importsOf(file, name)) {
      if (imported.type === "unclear") this.#flow.block(imported.file, imported.node, imported.reason);
      else if (imported.type === "member") this.#useMaker(imported.file, imported.node);
      else for (const reference of imported.binding.references) this.#useMaker(imported.file, reference);
    }
    for (const [file2, exported] of reExportsOf(this.#flow.project, file, name)) {
      this.#flow.link(file2, file);
      this.#exportMaker(file2, exported);
    }
  }

  pass(file: ScriptFile, call: NodeOf<"CallExpression"> | NodeOf<"NewExpression">, node: Node): void {
    if (call.callee === node) return this.#flow.block(file, node, "the client is called");
    const index = call.arguments.findIndex((argument) => argument === node);
    const callee = this.#calleeOf(file, call.callee);
    const parameter = callee?.declaration?.params[index];
    const [id] = parameter === undefined ? [] : namesOf(parameter);
    const binding = id === undefined ? undefined : callee?.file.scopes.bindingOf(id);
    const isPlain = parameter?.type === "Identifier" || parameter?.type === "TSParameterProperty";
    if (callee !== undefined && callee.file !== file) this.#flow.link(file, callee.file);
    if (binding === undefined || callee === undefined || !isPlain)
      return this.#flow.block(file, node, `the client is passed to ${oneLine(file.textOf(call.callee), 40)}`);
    this.#flow.notePassed(binding);
    this.#flow.holdInBinding(callee.file, binding, "flow");
  }

  /** The function or constructor that a call reaches, in this file or in another one of the project. */
  #calleeOf(file: ScriptFile, callee: Node): { file: ScriptFile; declaration: FunctionNode | undefined } | undefined {
    const target = unwrapped(callee);
    if (target.type !== "Identifier") return undefined;
    const declaration = file.scopes.bindingOf(target)?.declaration;
    const local = functionOf(declaration);
    if (local !== undefined) return { file, declaration: local };
    const origin = file.origins.of(target);
    const found = origin === undefined ? undefined : this.#flow.project.exportedValue(file, origin);
    if (found === undefined) return undefined;
    const value = unwrapped(found.node);
    const exported = value.type === "Identifier" ? found.file.scopes.bindingOf(value)?.declaration : value;
    return { file: found.file, declaration: functionOf(exported) };
  }
}
