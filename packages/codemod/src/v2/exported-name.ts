import type { Node } from "oxc-parser";
import { dottedPath, keyName, memberName, stringValue, unwrapped, wrapped } from "../engine/ast.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { isTypePosition } from "./declaration.ts";
import type { V2Project } from "./v2-project.ts";

/** How a file gets at a name that another one exports. */
export type ImportedName =
  | { readonly type: "binding"; readonly file: ScriptFile; readonly binding: Binding }
  /** `clients.sqs` of `import * as clients` or `const clients = require(…)`. */
  | { readonly type: "member"; readonly file: ScriptFile; readonly node: Node }
  | { readonly type: "unclear"; readonly file: ScriptFile; readonly node: Node; readonly reason: string };

/** Every way in which a file gets at a name that another one exports. */
export function importedBy(
  project: V2Project,
  importer: ScriptFile,
  exporter: ScriptFile,
  name: string,
): readonly ImportedName[] {
  const found: ImportedName[] = [];
  for (const binding of importer.scopes.all) {
    const origin = importer.origins.ofBinding(binding);
    if (origin === undefined || project.resolve(importer, origin.module) !== exporter) continue;
    const path = origin.path[0] === "default" && name !== "default" ? origin.path.slice(1) : origin.path;
    if (path[0] === name || (name === "default" && path.length === 0)) {
      found.push(
        path.length <= 1
          ? { type: "binding", file: importer, binding }
          : { type: "unclear", file: importer, node: binding.id, reason: "the client is taken apart" },
      );
    } else if (path.length === 0) found.push(...membersOf(importer, binding, name));
  }
  return [...found, ...inlineLoads(project, importer, exporter, name)];
}

/** What uses a whole module: only its member of that name matters, unless the module goes where it cannot be followed. */
function membersOf(file: ScriptFile, binding: Binding, name: string): readonly ImportedName[] {
  return binding.references.flatMap((reference) => (isTypePosition(reference) ? [] : memberOf(file, reference, name)));
}

function memberOf(file: ScriptFile, module: Node, name: string): readonly ImportedName[] {
  const outer = wrapped(module);
  const { parent } = outer;
  const unclear = (reason: string): readonly ImportedName[] => [{ type: "unclear", file, node: outer, reason }];
  switch (parent?.type) {
    case "MemberExpression": {
      if (parent.object !== outer) return [];
      const member = memberName(parent);
      if (member === undefined) return unclear("an export is chosen at run time");
      return member === name ? [{ type: "member", file, node: parent }] : [];
    }
    case "VariableDeclarator": {
      // The names that it declares have origins of their own.
      const hasRest =
        parent.id.type === "ObjectPattern" && parent.id.properties.some(({ type }) => type === "RestElement");
      return hasRest ? unclear("the client may be in the rest of the exports") : [];
    }
    case "AwaitExpression":
      return memberOf(file, parent, name);
    case "ExpressionStatement":
    case "TSQualifiedName":
      return [];
    default:
      return isWholeExport(outer) ? [] : unclear("the module that exports the client is handed on");
  }
}

/** `require("./clients").sqs` and `import("./clients")`, where no declaration is between. */
function inlineLoads(
  project: V2Project,
  importer: ScriptFile,
  exporter: ScriptFile,
  name: string,
): readonly ImportedName[] {
  const loads: Node[] = importer.tree
    .ofType("CallExpression")
    .filter(({ callee }) => callee.type === "Identifier" && callee.name === "require");
  loads.push(...importer.tree.ofType("ImportExpression"));
  return loads.flatMap((load) => {
    const argument = load.type === "CallExpression" ? load.arguments[0] : "source" in load ? load.source : undefined;
    const specifier = stringValue(argument);
    if (specifier === undefined || project.resolve(importer, specifier) !== exporter) return [];
    return memberOf(importer, load, name);
  });
}

/** The files that export the name again, with the name that they give it: `export { a as b } from`, `export * from`. */
export function reExportsOf(
  project: V2Project,
  exporter: ScriptFile,
  name: string,
): readonly (readonly [ScriptFile, string])[] {
  return project.loadersOf(exporter).flatMap((file) => {
    const { names, stars, whole } = project.exportsOf(file);
    const found: (readonly [ScriptFile, string])[] = [];
    for (const [exported, value] of names) {
      if (value.type !== "from" || value.path[0] !== name || value.path.length > 1) continue;
      if (project.resolve(file, value.module) === exporter) found.push([file, exported]);
    }
    const isThroughStar = name !== "default" && stars.some((star) => project.resolve(file, star) === exporter);
    const wholeOrigin = whole === undefined ? undefined : file.origins.of(whole);
    const isThroughWhole = wholeOrigin?.path.length === 0 && project.resolve(file, wholeOrigin.module) === exporter;
    if (isThroughStar || isThroughWhole) found.push([file, name]);
    return found;
  });
}

/** `module.exports = require("./clients")`: found through the exports of the file. */
function isWholeExport(node: Node): boolean {
  const { parent } = node;
  return (
    (parent?.type === "AssignmentExpression" &&
      parent.right === node &&
      dottedPath(parent.left) === "module.exports") ||
    parent?.type === "TSExportAssignment"
  );
}

/** Whether an object literal is what a module exports. */
export function isExportedObject(holder: Node | null | undefined): boolean {
  return (
    holder?.type === "ExportDefaultDeclaration" ||
    (holder?.type === "AssignmentExpression" && dottedPath(holder.left) === "module.exports")
  );
}

/** The name under which a module exports an expression right where it stands: `exports.a = …`, `module.exports = { a: … }`. */
export function exportedFunctionName(node: Node): string | undefined {
  const { parent } = node;
  if (parent?.type === "ExportDefaultDeclaration") return "default";
  if (parent?.type === "Property" && unwrapped(parent.value) === unwrapped(node)) {
    const object = parent.parent;
    return object?.type === "ObjectExpression" && isExportedObject(object.parent) ? keyName(parent) : undefined;
  }
  if (parent?.type !== "AssignmentExpression" || parent.right !== node) return undefined;
  const target = dottedPath(parent.left) ?? "";
  if (target === "module.exports") return "default";
  return /^(?:module\.)?exports\.(\w+)$/.exec(target)?.[1];
}
