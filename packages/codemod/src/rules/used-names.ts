import type { Node } from "oxc-parser";
import { dottedPath, keyName, wrapped } from "../engine/ast.ts";
import { nameOf } from "../engine/origins.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { Service } from "../services/service.ts";

/** Calls that give the module, so that what is taken from the result are its exports. */
const LOADS = /^(require|module\.require|\w+\.(requireActual|requireMock|importActual|importMock))$/;

/** The names that a statement takes from the module; nothing when it takes the module as a whole. */
export function usedNames(literal: Node): readonly string[] | undefined {
  const { parent } = literal;
  switch (parent?.type) {
    case "ImportDeclaration": {
      const named = parent.specifiers.filter((specifier) => specifier.type === "ImportSpecifier");
      return named.length === parent.specifiers.length ? named.map(({ imported }) => nameOf(imported)) : undefined;
    }
    case "ExportNamedDeclaration":
      return parent.specifiers.map(({ local }) => nameOf(local));
    case "TSImportType":
      return parent.qualifier === null || parent.qualifier === undefined ? undefined : [firstName(parent.qualifier)];
    case "CallExpression":
      return LOADS.test(dottedPath(parent.callee) ?? "") ? destructuredNames(parent) : undefined;
    case "ImportExpression":
      return destructuredNames(parent);
    default:
      return undefined;
  }
}

/**
 * Leaves names that our package does not export on AWS's: an import or re-export is split, anything else stays.
 * @returns whether the specifier has been dealt with
 */
export function splitUnknownExports(file: ScriptFile, literal: Node, service: Service, target: string): boolean {
  const unknown = (usedNames(literal) ?? []).filter((name) => !service.exports.has(name) && name !== "default");
  if (unknown.length === 0) return false;
  file.flag("UNKNOWN_EXPORT", literal, unknown.join(", "));
  const { parent } = literal;
  if (parent?.type === "ImportDeclaration" || parent?.type === "ExportNamedDeclaration") {
    splitStatement(file, parent, literal, new Set(unknown), target);
  }
  return true;
}

type Statement = NodeOf<"ImportDeclaration"> | NodeOf<"ExportNamedDeclaration">;

function splitStatement(
  file: ScriptFile,
  statement: Statement,
  literal: Node,
  unknown: ReadonlySet<string>,
  target: string,
): void {
  const all: readonly Node[] = statement.specifiers;
  const leaving = all.filter((specifier) => unknown.has(sourceName(specifier)));
  if (leaving.length === all.length) return;
  for (const specifier of leaving) removeFromList(file, all, specifier);
  const text = file.textOf(statement);
  const [open, close] = [text.indexOf("{"), text.lastIndexOf("}")];
  const kept = `${text.slice(0, open)}{ ${leaving.map((specifier) => file.textOf(specifier)).join(", ")} }${text.slice(close + 1)}`;
  const lineEnd = file.text.includes("\r\n") ? "\r\n" : "\n";
  file.edit("unknown-export", statement.end, statement.end, `${lineEnd}${kept}`);
  file.editString("specifiers", literal, target);
}

function sourceName(specifier: Node): string {
  if (specifier.type === "ImportSpecifier") return nameOf(specifier.imported);
  return specifier.type === "ExportSpecifier" ? nameOf(specifier.local) : "";
}

function removeFromList(file: ScriptFile, list: readonly Node[], item: Node): void {
  const index = list.indexOf(item);
  const [previous, next] = [list[index - 1], list[index + 1]];
  if (next !== undefined) file.edit("unknown-export", item.start, next.start, "");
  else file.edit("unknown-export", previous?.end ?? item.start, item.end, "");
}

/** The names of `const { A, B } = require(…)` and of `(await import(…)).A`. */
function destructuredNames(call: Node): readonly string[] | undefined {
  let value = wrapped(call);
  if (value.parent?.type === "AwaitExpression") value = wrapped(value.parent);
  const { parent } = value;
  if (parent?.type === "MemberExpression" && parent.object === value) {
    return !parent.computed && parent.property.type === "Identifier" ? [parent.property.name] : undefined;
  }
  if (parent?.type !== "VariableDeclarator" || parent.id.type !== "ObjectPattern") return undefined;
  const names = parent.id.properties.map((property) => (property.type === "Property" ? keyName(property) : undefined));
  return names.every((name) => name !== undefined) ? names : undefined;
}

function firstName(qualifier: Node): string {
  if (qualifier.type === "TSQualifiedName") return firstName(qualifier.left);
  return qualifier.type === "Identifier" ? qualifier.name : "";
}
