import type { Node } from "oxc-parser";
import { isFunction } from "./ast.ts";
import { forEachChild } from "./syntax-tree.ts";
import type { NodeOf, SyntaxTree } from "./syntax-tree.ts";

/** An identifier wherever it stands. */
export type Identifier = NodeOf<"Identifier">;

/** One name that a file declares, and everything that refers to it. */
export interface Binding {
  readonly name: string;
  /** The identifier that declares it. */
  readonly id: Identifier;
  /** The import specifier, declarator, function, class, catch clause or type that the identifier belongs to. */
  readonly declaration: Node;
  readonly isParameter: boolean;
  /** Every other identifier that means it, assignments and types included, in the order of the text. */
  readonly references: Identifier[];
}

interface Scope {
  readonly parent: Scope | undefined;
  readonly isFunction: boolean;
  readonly bindings: Map<string, Binding>;
}

/** Which declaration each identifier of a file means. */
export class Scopes {
  readonly #bindings = new Map<Identifier, Binding>();
  readonly #all: Binding[] = [];
  readonly #unresolved: Identifier[] = [];

  constructor(tree: SyntaxTree) {
    const top: Scope = { parent: undefined, isFunction: true, bindings: new Map() };
    const references: [Identifier, Scope][] = [];
    this.#enter(tree.program, top, references);
    for (const [identifier, scope] of references) this.#resolve(identifier, scope);
  }

  /** What an identifier means; nothing when the file does not declare it. */
  bindingOf(identifier: Identifier): Binding | undefined {
    return this.#bindings.get(identifier);
  }

  /** Every declaration of the file, in no particular order. */
  get all(): readonly Binding[] {
    return this.#all;
  }

  /** Whether a name is declared or used anywhere in the file: another declaration of it might capture or clash. */
  isTaken(name: string): boolean {
    return this.#all.some((binding) => binding.name === name) || this.#unresolved.some((id) => id.name === name);
  }

  #enter(node: Node, scope: Scope, references: [Identifier, Scope][]): void {
    const inner = opensScope(node)
      ? { parent: scope, isFunction: isFunction(node), bindings: new Map<string, Binding>() }
      : scope;
    this.#declare(node, scope, inner);
    if (node.type === "Identifier" && isReference(node)) references.push([node, scope]);
    forEachChild(node, (child) => this.#enter(child, inner, references));
  }

  #declare(node: Node, outer: Scope, inner: Scope): void {
    switch (node.type) {
      case "ImportSpecifier":
      case "ImportDefaultSpecifier":
      case "ImportNamespaceSpecifier":
        return this.#add(node.local, node, inner);
      case "TSImportEqualsDeclaration":
        return this.#add(node.id, node, inner);
      case "VariableDeclarator": {
        const isVar = node.parent?.type === "VariableDeclaration" && node.parent.kind === "var";
        const scope = isVar ? functionScope(inner) : inner;
        for (const id of namesOf(node.id)) this.#add(id, node, scope);
        return;
      }
      case "CatchClause":
        for (const id of namesOf(node.param)) this.#add(id, node, inner);
        return;
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
      case "TSEnumDeclaration":
      case "TSModuleDeclaration":
        if (node.id.type === "Identifier") this.#add(node.id, node, outer);
        return;
      case "TSTypeParameter":
        this.#add(node.name, node, inner);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        if (node.id !== null) this.#add(node.id, node, node.type === "ClassDeclaration" ? outer : inner);
        return;
      default:
        this.#declareFunction(node, outer, inner);
    }
  }

  #declareFunction(node: Node, outer: Scope, inner: Scope): void {
    if (!isFunction(node)) return;
    if (node.type === "FunctionDeclaration" && node.id !== null) this.#add(node.id, node, outer);
    if (node.type === "FunctionExpression" && node.id !== null) this.#add(node.id, node, inner);
    for (const parameter of node.params) for (const id of namesOf(parameter)) this.#add(id, node, inner, true);
  }

  #add(id: Identifier, declaration: Node, scope: Scope, isParameter = false): void {
    const earlier = scope.bindings.get(id.name);
    if (earlier !== undefined) {
      // `var` twice, overloads, a type and a value of one name: one binding, the later declaration is a reference.
      this.#bindings.set(id, earlier);
      earlier.references.push(id);
      return;
    }
    const binding: Binding = { name: id.name, id, declaration, isParameter, references: [] };
    scope.bindings.set(id.name, binding);
    this.#bindings.set(id, binding);
    this.#all.push(binding);
  }

  #resolve(identifier: Identifier, from: Scope): void {
    if (this.#bindings.has(identifier)) return;
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      const binding = scope.bindings.get(identifier.name);
      if (binding === undefined) continue;
      this.#bindings.set(identifier, binding);
      binding.references.push(identifier);
      return;
    }
    this.#unresolved.push(identifier);
  }
}

function functionScope(scope: Scope): Scope {
  return scope.isFunction || scope.parent === undefined ? scope : functionScope(scope.parent);
}

function opensScope(node: Node): boolean {
  switch (node.type) {
    case "BlockStatement":
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "SwitchStatement":
    case "CatchClause":
    case "ClassDeclaration":
    case "ClassExpression":
    case "StaticBlock":
    case "TSModuleBlock":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSFunctionType":
    case "TSMethodSignature":
    case "TSMappedType":
    case "TSConditionalType":
      return true;
    default:
      return isFunction(node);
  }
}

/** The identifiers that a pattern or parameter declares. */
export function namesOf(pattern: Node | null): Identifier[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesOf(property.type === "Property" ? property.value : property.argument),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => namesOf(element));
    case "AssignmentPattern":
      return namesOf(pattern.left);
    case "RestElement":
      return namesOf(pattern.argument);
    case "TSParameterProperty":
      return namesOf(pattern.parameter);
    default:
      return [];
  }
}

/** Whether an identifier refers to a declaration, rather than being a property's or label's name. */
function isReference(identifier: Identifier): boolean {
  const { parent } = identifier;
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === identifier || parent.computed;
    case "Property":
    case "PropertyDefinition":
    case "MethodDefinition":
    case "AccessorProperty":
    case "TSPropertySignature":
    case "TSMethodSignature":
    case "TSEnumMember":
    case "TSAbstractPropertyDefinition":
    case "TSAbstractMethodDefinition":
      return !isKey(parent, identifier);
    case "ImportSpecifier":
    case "ImportAttribute":
    case "ExportAllDeclaration":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
    case "TSImportType":
    case "TSNamedTupleMember":
    case "TSNamespaceExportDeclaration":
      return false;
    case "ExportSpecifier":
      return isLocalExport(parent, identifier);
    case "TSQualifiedName":
      return parent.left === identifier;
    default:
      return true;
  }
}

function isLocalExport(specifier: NodeOf<"ExportSpecifier">, identifier: Identifier): boolean {
  const isReExport = specifier.parent?.type === "ExportNamedDeclaration" && specifier.parent.source !== null;
  return !isReExport && specifier.local === identifier;
}

function isKey(parent: { readonly [key: string]: unknown } | Node, identifier: Identifier): boolean {
  return (
    Reflect.get(parent, "computed") !== true &&
    (Reflect.get(parent, "key") === identifier || Reflect.get(parent, "id") === identifier)
  );
}
