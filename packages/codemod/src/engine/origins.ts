import type { Node } from "oxc-parser";
import { withoutVersion } from "../services/inline-version.ts";
import { keyName, memberName, stringValue, unwrapped } from "./ast.ts";
import type { Binding, Identifier, Scopes } from "./scopes.ts";
import type { NodeOf } from "./syntax-tree.ts";

/** Where a value or type comes from: a module, and the names that lead to it from there. */
export interface Origin {
  /** As it is written: a package, a path in one, or a relative path. */
  readonly module: string;
  /** `["SQS", "Message"]` for `AWS.SQS.Message`. A default import starts with `default`; a namespace is empty. */
  readonly path: readonly string[];
}

/** Finds out which module the expressions and types of a file come from. */
export class Origins {
  readonly #scopes: Scopes;
  readonly #ofBinding = new Map<Binding, Origin | undefined>();

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  /** The origin of an expression or of a type's name; nothing when it is no import, or cannot be known. */
  of(node: Node | null | undefined): Origin | undefined {
    if (node === null || node === undefined) return undefined;
    const inner = unwrapped(node);
    switch (inner.type) {
      case "Identifier":
        return this.#ofIdentifier(inner);
      case "MemberExpression":
        return extended(this.of(inner.object), memberName(inner));
      case "TSQualifiedName":
        return extended(this.of(inner.left), inner.right.name);
      case "CallExpression":
        return this.#ofCall(inner);
      case "ImportExpression":
        return moduleOrigin(stringValue(inner.source));
      case "AwaitExpression":
        return unwrapped(inner.argument).type === "ImportExpression" ? this.of(inner.argument) : undefined;
      default:
        return undefined;
    }
  }

  /** The origin of what a declaration stands for. */
  ofBinding(binding: Binding): Origin | undefined {
    if (this.#ofBinding.has(binding)) return this.#ofBinding.get(binding);
    this.#ofBinding.set(binding, undefined); // A declaration that refers to itself has no origin.
    const origin = this.#originOf(binding);
    this.#ofBinding.set(binding, origin);
    return origin;
  }

  #ofIdentifier(identifier: Identifier): Origin | undefined {
    const binding = this.#scopes.bindingOf(identifier);
    return binding === undefined ? undefined : this.ofBinding(binding);
  }

  #originOf(binding: Binding): Origin | undefined {
    const { declaration } = binding;
    switch (declaration.type) {
      case "ImportSpecifier":
        return extended(importOrigin(declaration), nameOf(declaration.imported));
      case "ImportDefaultSpecifier":
        return extended(importOrigin(declaration), "default");
      case "ImportNamespaceSpecifier":
        return importOrigin(declaration);
      case "TSImportEqualsDeclaration":
        return declaration.moduleReference.type === "TSExternalModuleReference"
          ? moduleOrigin(stringValue(declaration.moduleReference.expression))
          : this.of(declaration.moduleReference);
      case "VariableDeclarator":
        return isReassigned(binding) ? undefined : this.#ofDeclarator(declaration, binding.id);
      default:
        return undefined;
    }
  }

  #ofDeclarator(declarator: NodeOf<"VariableDeclarator">, id: Identifier): Origin | undefined {
    const origin = this.of(declarator.init);
    if (origin === undefined || declarator.id === id) return origin;
    return pathInPattern(declarator.id, id)?.reduce<Origin | undefined>(extended, origin);
  }

  #ofCall({ callee, arguments: args }: NodeOf<"CallExpression">): Origin | undefined {
    if (callee.type !== "Identifier") return undefined;
    const [argument] = args;
    if (callee.name === "require") return moduleOrigin(stringValue(argument));
    // What TypeScript and Babel write around require().
    if (/^(__importStar|__importDefault|_?interopRequire(Default|Wildcard)|__toESM)$/.test(callee.name)) {
      return this.of(argument);
    }
    return undefined;
  }
}

/** The module of an import's specifier. */
export function importOrigin(specifier: Node): Origin | undefined {
  const { parent } = specifier;
  return parent?.type === "ImportDeclaration" ? moduleOrigin(parent.source.value) : undefined;
}

/** The name in an import or export specifier, which may be a string. */
export function nameOf(node: Node): string {
  return node.type === "Identifier" ? node.name : (stringValue(node) ?? "");
}

/** Whether a variable gets another value after its declaration. */
export function isReassigned({ references }: Binding): boolean {
  return references.some((reference) => isWrite(reference));
}

/** Whether an identifier or member is assigned to. */
export function isWrite(node: Node): boolean {
  const { parent } = node;
  switch (parent?.type) {
    case "AssignmentExpression":
      return parent.left === node;
    case "UpdateExpression":
      return true;
    case "ForInStatement":
    case "ForOfStatement":
      return parent.left === node;
    case "VariableDeclarator":
      return parent.id === node;
    default:
      return false;
  }
}

function moduleOrigin(specifier: string | undefined): Origin | undefined {
  return specifier === undefined ? undefined : { module: withoutVersion(specifier), path: [] };
}

function extended(origin: Origin | undefined, name: string | undefined): Origin | undefined {
  return origin === undefined || name === undefined ? undefined : { ...origin, path: [...origin.path, name] };
}

/** The names that lead to an identifier inside `{ a: { b } }`. */
function pathInPattern(pattern: Node, id: Identifier): readonly string[] | undefined {
  if (pattern === id) return [];
  if (pattern.type === "AssignmentPattern") return pathInPattern(pattern.left, id);
  if (pattern.type !== "ObjectPattern") return undefined;
  for (const property of pattern.properties) {
    if (property.type !== "Property") continue;
    const [rest, name] = [pathInPattern(property.value, id), keyName(property)];
    if (rest !== undefined && name !== undefined) return [name, ...rest];
  }
  return undefined;
}
