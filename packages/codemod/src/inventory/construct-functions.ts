import { dirname, posix } from "node:path";
import type { Node } from "oxc-parser";
import { ancestor, dottedPath, memberName, propertyOf, stringValue, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";

type Creation = NodeOf<"NewExpression">;

/** Where the code of the function may be that gets an event source, as `src/worker.handler`. */
export function handlersOf(file: ScriptFile, source: Creation): readonly string[] {
  const creation = functionOf(file, source);
  const options = creation?.arguments.map((argument) => unwrapped(argument)).find(isOptions);
  if (options === undefined) return [];
  const handler = stringValue(propertyOf(options, "handler")?.value);
  const entry = propertyOf(options, "entry")?.value;
  if (entry !== undefined) {
    const name = handler?.split(".").at(-1) ?? "handler";
    return pathsOf(file, entry).map((path) => `${path.replace(/\.[cm]?[jt]sx?$/, "")}.${name}`);
  }
  const code = propertyOf(options, "code")?.value;
  if (
    handler === undefined ||
    code?.type !== "CallExpression" ||
    dottedPath(code.callee)?.endsWith("fromAsset") !== true
  )
    return [];
  const [folder] = code.arguments;
  return folder === undefined ? [] : pathsOf(file, folder).map((path) => posix.join(path, handler));
}

function isOptions(node: Node): node is NodeOf<"ObjectExpression"> {
  return node.type === "ObjectExpression";
}

/** `fn.addEventSource(source)`, `new Function(…, { events: [source] })`, `new LambdaSubscription(fn)`. */
function functionOf(file: ScriptFile, source: Creation): Creation | undefined {
  const { parent } = source;
  if (parent?.type === "CallExpression" && parent.callee.type === "MemberExpression") {
    const isAdded = memberName(parent.callee) === "addEventSource";
    return creationOf(file, isAdded ? parent.callee.object : source.arguments[0]);
  }
  return ancestor(source, (node): node is Creation => node.type === "NewExpression");
}

/** The construct that a variable or field holds. */
function creationOf(file: ScriptFile, node: Node | undefined): Creation | undefined {
  const path = node === undefined ? undefined : dottedPath(node);
  if (path === undefined) return undefined;
  return file.tree.ofType("NewExpression").find((creation) => {
    const { parent } = creation;
    if (parent?.type === "VariableDeclarator") return parent.id.type === "Identifier" && parent.id.name === path;
    return parent?.type === "AssignmentExpression" && dottedPath(parent.left) === path;
  });
}

/** A path from the file's folder; or from where the tool runs, which may be any folder above. */
function pathsOf(file: ScriptFile, node: Node): readonly string[] {
  const inner = unwrapped(node);
  const own = dirname(file.name);
  const text = stringValue(inner);
  if (text !== undefined) return foldersOf(file).map((folder) => posix.join(folder, text));
  if (inner.type === "TemplateLiteral") {
    const [start, end, ...others] = inner.quasis;
    const isOwn = start?.value.raw === "" && others.length === 0 && isFolder(inner.expressions[0]);
    return isOwn ? [posix.join(own, end?.value.cooked ?? "")] : [];
  }
  if (inner.type !== "CallExpression" || !/(^|\.)(join|resolve)$/.test(dottedPath(inner.callee) ?? "")) return [];
  const [first, ...rest] = inner.arguments;
  const parts = rest.flatMap((part) => stringValue(part) ?? []);
  return isFolder(first) && parts.length === rest.length ? [posix.join(own, ...parts)] : [];
}

function isFolder(node: Node | undefined): boolean {
  return node !== undefined && /^(__dirname|import\.meta\.dirname)$/.test(dottedPath(node) ?? "");
}

/** The folders that a path in a file may start from. */
export function foldersOf({ name }: ScriptFile): readonly string[] {
  return foldersAbove(dirname(name));
}

function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}
