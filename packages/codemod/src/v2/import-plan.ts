import type { Node } from "oxc-parser";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { blockOf, outermost, sourceStatement, statementOf } from "./import-places.ts";
import type { ImportPlace, NewName } from "./import-places.ts";

const RULE = "v2-import";

/** Statement that brought aws-sdk into the file, and what of it nobody needs any more. */
interface Statement {
  readonly node: Node;
  readonly all: readonly Node[];
  readonly gone: Node[];
}

/**
 * Takes from the imports and requires what is not used any more, and adds ours to every block that needs them: in the place
 * of a statement that goes, else beside the first one that stays. Every other binding of a statement stays.
 */
export function changeImports(file: ScriptFile, unused: readonly Binding[], places: readonly ImportPlace[]): void {
  const statements = new Map<Node, Statement>();
  for (const binding of unused) noteGone(statements, binding);
  const replaced = new Set(places.map((place) => addNames(file, place, [...statements.values()])));
  for (const statement of statements.values()) {
    if (replaced.has(statement.node)) continue;
    if (statement.gone.length === statement.all.length) removeStatement(file, statement.node);
    else removeParts(file, statement);
  }
}

/** Adds the names of a block. Gives the statement whose place they took. */
function addNames(
  file: ScriptFile,
  { block, names, anchors, firstUse }: ImportPlace,
  statements: readonly Statement[],
): Node | undefined {
  const removed = statements
    .filter(({ node, all, gone }) => gone.length === all.length && blockOf(node) === block)
    .map(({ node }) => node)
    .toSorted((left, right) => left.start - right.start);
  const [first] = removed.filter((node) => node.type === "ImportDeclaration" || node.start <= firstUse);
  const [earliest] = [...anchors, ...removed].toSorted((left, right) => left.start - right.start);
  const anchor = first ?? earliest;
  if (anchor === undefined) return undefined;
  const text = importText(file, anchor, names);
  if (text === "") return undefined;
  if (removed.includes(anchor)) {
    file.edit(RULE, anchor.start, anchor.end, text);
    return anchor;
  }
  const [end, indent] = [lineEnd(file), indentOf(file, anchor)];
  const { start } = outermost(anchor);
  // What a statement makes with the name needs it before.
  if (anchor.type === "VariableDeclaration" && firstUse < anchor.end)
    file.edit(RULE, start, start, text + end + indent);
  else file.edit(RULE, anchor.end, anchor.end, end + indent + text);
  return undefined;
}

function noteGone(statements: Map<Node, Statement>, binding: Binding): void {
  const node = statementOf(binding);
  if (node === undefined) return;
  const known = statements.get(node);
  if (known !== undefined) known.gone.push(partOf(binding));
  else statements.set(node, { node, all: partsOf(node), gone: [partOf(binding)] });
}

/** The specifier, or the property of the pattern, or the declarator, that declares a name. */
function partOf({ declaration, id }: Binding): Node {
  if (declaration.type !== "VariableDeclarator" || declaration.id.type !== "ObjectPattern") return declaration;
  return (
    declaration.id.properties.find((property) => property.type === "Property" && property.value === id) ?? declaration
  );
}

function partsOf(node: Node): readonly Node[] {
  if (node.type === "ImportDeclaration") return node.specifiers;
  if (node.type !== "VariableDeclaration") return [node];
  return node.declarations.flatMap((declarator): readonly Node[] =>
    declarator.id.type === "ObjectPattern" ? declarator.id.properties : [declarator],
  );
}

/** Removes a statement with its line, if it has the line for itself. */
function removeStatement(file: ScriptFile, node: Node): void {
  const after = /^[ \t]*\r?\n/.exec(file.text.slice(node.end))?.[0].length;
  const before = file.text.lastIndexOf("\n", node.start - 1) + 1;
  const isAlone = after !== undefined && file.text.slice(before, node.start).trim() === "";
  file.edit(RULE, isAlone ? before : node.start, isAlone ? node.end + after : node.end, "");
}

function removeParts(file: ScriptFile, { node, gone }: Statement): void {
  const leaving = new Set(gone);
  if (node.type === "ImportDeclaration") return removeSpecifiers(file, node, leaving);
  const patterns = node.type === "VariableDeclaration" ? node.declarations : [];
  const emptied = patterns.filter(
    ({ id }) => id.type === "ObjectPattern" && id.properties.every((property) => leaving.has(property)),
  );
  for (const declarator of emptied) leaving.add(declarator);
  for (const part of [...gone.filter((each) => !emptied.some((declarator) => isWithin(each, declarator))), ...emptied])
    removeFrom(file, siblingsOf(node, part), part, leaving);
}

function isWithin(node: Node, outer: Node): boolean {
  return node.start >= outer.start && node.end <= outer.end;
}

/** A default import and named ones are separated by a brace: `import AWS, { SQS } from`. */
function removeSpecifiers(file: ScriptFile, node: NodeOf<"ImportDeclaration">, leaving: ReadonlySet<Node>): void {
  const named = node.specifiers.filter(({ type }) => type === "ImportSpecifier");
  const others = node.specifiers.filter(({ type }) => type !== "ImportSpecifier");
  const open = file.text.indexOf("{", others.at(-1)?.end ?? node.start);
  if (named.length > 0 && named.every((specifier) => leaving.has(specifier))) {
    const close = file.text.indexOf("}", named.at(-1)?.end ?? open) + 1;
    file.edit(RULE, others.at(-1)?.end ?? open, close, "");
  } else {
    for (const specifier of named) if (leaving.has(specifier)) removeFrom(file, named, specifier, leaving);
  }
  const [first] = others;
  if (first !== undefined && leaving.has(first) && named.length > 0) file.edit(RULE, first.start, open, "");
}

function siblingsOf(statement: Node, part: Node): readonly Node[] {
  if (statement.type !== "VariableDeclaration") return [part];
  const pattern = statement.declarations.find(
    ({ id }) => id.type === "ObjectPattern" && id.properties.some((property) => property === part),
  );
  return pattern?.id.type === "ObjectPattern" ? pattern.id.properties : statement.declarations;
}

/** Takes an item and one comma from a list. Of the last ones that go, the commas before them go. */
function removeFrom(file: ScriptFile, list: readonly Node[], item: Node, leaving: ReadonlySet<Node>): void {
  const index = list.indexOf(item);
  const next = list[index + 1];
  const isTail = list.slice(index).every((node) => leaving.has(node));
  if (!isTail && next !== undefined) return file.edit(RULE, item.start, next.start, "");
  file.edit(RULE, list[index - 1]?.end ?? item.start, item.end, "");
}

function importText(file: ScriptFile, anchor: Node, names: readonly NewName[]): string {
  const style = styleOf(file, anchor);
  const lines: string[] = [];
  for (const module of new Set(names.map((name) => name.module))) {
    const mine = names.filter((name) => name.module === module);
    const values = mine.filter(({ isType }) => !isType);
    const types = mine.filter(({ isType }) => isType);
    if (values.length > 0) lines.push(style.statement(values, module, false));
    if (types.length > 0) lines.push(style.statement(types, module, true));
  }
  return lines.join(lineEnd(file) + indentOf(file, anchor));
}

interface Style {
  readonly statement: (names: readonly NewName[], module: string, isType: boolean) => string;
}

/** Quotes, semicolon and the kind of statement as in the statement that is replaced. */
function styleOf(file: ScriptFile, anchor: Node): Style {
  const text = file.textOf(sourceStatement(file, anchor));
  const quote = /["'`](?=[^"'`]*["'`][^"'`]*$)/.exec(text)?.[0] ?? '"';
  const end = file.textOf(anchor).trimEnd().endsWith(";") ? ";" : "";
  const isRequire = anchor.type === "VariableDeclaration";
  const keyword = isRequire ? anchor.kind : "import";
  const load = /\bawait\s+import\s*\(/.test(text) ? "await import" : "require";
  return {
    statement: (names, module, isType) => {
      const separator = isRequire && !isType ? ": " : " as ";
      const list = names
        .map(({ imported, local }) => (imported === local ? local : `${imported}${separator}${local}`))
        .toSorted()
        .join(", ");
      if (isRequire && !isType) return `${keyword} { ${list} } = ${load}(${quote}${module}${quote})${end}`;
      return `import ${isType ? "type " : ""}{ ${list} } from ${quote}${module}${quote}${end}`;
    },
  };
}

function lineEnd(file: ScriptFile): string {
  return file.text.includes("\r\n") ? "\r\n" : "\n";
}

function indentOf(file: ScriptFile, node: Node): string {
  const start = file.text.lastIndexOf("\n", node.start - 1) + 1;
  return /^[ \t]*/.exec(file.text.slice(start, node.start))?.[0] ?? "";
}
