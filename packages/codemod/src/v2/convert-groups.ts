import type { Node } from "oxc-parser";
import { keyName, memberName, propertyOf, stringValue, unwrapped, wrapped } from "../engine/ast.ts";
import type { Binding, Identifier } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { editCallback } from "./callbacks.ts";
import { convertErrorCodes } from "./error-handling.ts";
import { editConfig } from "./client-config.ts";
import type { ClientGroup, TypeUse } from "./group.ts";
import { changeImports } from "./import-plan.ts";
import { ImportPlaces } from "./import-places.ts";
import { typeInV3 } from "./v3-types.ts";
import { addTypeHints } from "./type-hints.ts";
import { v2Name } from "./v2-module.ts";
import type { V2Project } from "./v2-project.ts";

/** Rewrites the proven groups of one file, and its imports. */
export function convertGroups(
  project: V2Project,
  file: ScriptFile,
  groups: readonly ClientGroup[],
  targets: ReadonlyMap<string, string>,
): void {
  const conversion = new Conversion(project, file, targets);
  for (const group of groups) conversion.convert(group);
  conversion.finishImports();
}

class Conversion {
  readonly #project: V2Project;
  readonly #file: ScriptFile;
  readonly #targets: ReadonlyMap<string, string>;
  /** Ranges that do not mention the SDK any more. */
  readonly #consumed: { readonly start: number; readonly end: number }[] = [];
  readonly #places: ImportPlaces;
  /** Classes whose local name is kept: only the import changes. */
  readonly #kept = new Set<Binding>();

  constructor(project: V2Project, file: ScriptFile, targets: ReadonlyMap<string, string>) {
    this.#project = project;
    this.#file = file;
    this.#targets = targets;
    this.#places = new ImportPlaces(file);
  }

  convert(group: ClientGroup): void {
    for (const site of group.sites) {
      this.#convertClass(group, unwrapped(site.callee), site.callee, false);
      editConfig(group, site);
    }
    for (const use of group.types) {
      if (use.name === "") this.#convertClass(group, use.node, use.node, true);
      else this.#convertType(group, use);
    }
    for (const use of group.calls) {
      const { call, promise } = use;
      addTypeHints(this.#file, use);
      if (promise === undefined) editCallback(this.#file, call);
      else this.#file.edit("v2-promise", wrapped(call).end, promise.end, "");
    }
    this.#convertData(group);
    convertErrorCodes(group);
  }

  /** Takes away what is unused now, and adds our names. */
  finishImports(): void {
    const bindings = this.#file.scopes.all.filter((binding) => {
      const origin = this.#project.originOfBinding(this.#file, binding);
      // `PromiseResult` comes from there.
      return v2Name(origin) !== undefined || origin?.module === "aws-sdk/lib/request";
    });
    const unused = this.#unusedOf(bindings);
    changeImports(this.#file, unused, this.#places.all);
    for (const binding of bindings) if (!unused.includes(binding)) this.#flagConfig(binding);
    for (const binding of bindings) {
      const origin = this.#project.originOfBinding(this.#file, binding);
      if (origin?.path.at(-1) !== "AWSError") continue;
      for (const reference of binding.references)
        if (!this.#isConsumed(reference))
          this.#file.flag("V2_TYPE", reference, "AWSError: v3's errors are its exception classes");
    }
  }

  /** What nothing refers to any more, and then what only that was taken from. */
  #unusedOf(bindings: readonly Binding[]): readonly Binding[] {
    const touched = bindings.filter(
      ({ name, references }) =>
        references.some((reference) => this.#isConsumed(reference)) ||
        // An import that was unused before goes where the name is ours now.
        (references.length === 0 && this.#places.hasLocal(name)),
    );
    const isUnused = (binding: Binding): boolean =>
      this.#kept.has(binding) || binding.references.every((reference) => this.#isConsumed(reference));
    const unused = new Set(touched.filter((binding) => isUnused(binding)));
    for (let size = -1; size !== unused.size;) {
      size = unused.size;
      for (const { declaration } of unused) {
        const source = isGone(declaration, unused) ? sourceOf(declaration) : undefined;
        const binding = source === undefined ? undefined : this.#file.scopes.bindingOf(source);
        if (source === undefined || binding === undefined || !bindings.includes(binding)) continue;
        this.#consumed.push(source);
        if (isUnused(binding)) unused.add(binding);
      }
    }
    return [...unused];
  }

  #convertClass(group: ClientGroup, node: Node, whole: Node, isType: boolean): void {
    const binding = node.type === "Identifier" ? this.#file.scopes.bindingOf(node) : undefined;
    const { aggregatedClass } = group.service;
    if (binding !== undefined) {
      // `new SQS()` stays as it is; the name comes from elsewhere.
      this.#kept.add(binding);
      this.#consumed.push(node);
      this.#addName(group, aggregatedClass, binding.name, isType && !isUsedAsValue(binding), node);
      return;
    }
    const required = requiredLiteral(node);
    if (required !== undefined) return this.#convertRequired(group, required);
    const local = this.#localName(group, aggregatedClass, isType, node);
    this.#consumed.push(whole);
    this.#file.edit("v2-client", whole.start, whole.end, local);
  }

  /** `require("aws-sdk").SQS`, where no declaration is between: the name of the module is what changes. */
  #convertRequired(group: ClientGroup, literal: Node): void {
    this.#file.editString("v2-client", literal, this.#target(group));
    const isDeep = (stringValue(literal) ?? "").includes("/clients/");
    const end = literal.parent?.end ?? literal.end;
    if (isDeep) this.#file.edit("v2-client", end, end, `.${group.service.aggregatedClass}`);
  }

  #convertType(group: ClientGroup, { node, name, wrapper = node }: TypeUse): void {
    const type = typeInV3(group.service, name);
    if (type === undefined) return;
    const local = type.imported === undefined ? "" : this.#localName(group, type.imported, true, node);
    this.#consumed.push(wrapper);
    const text = type.written(local);
    if (this.#file.textOf(wrapper) !== text) this.#file.edit("v2-type", wrapper.start, wrapper.end, text);
  }

  /** The name itself, unless the file has another use for it. */
  #localName(group: ClientGroup, imported: string, isType: boolean, at: Node): string {
    const known = this.#places.localOf(this.#target(group), imported);
    if (known !== undefined) return this.#addName(group, imported, known, isType, at);
    const prefix = group.service.aggregatedClass;
    const plain = imported.replace(/^_/, "");
    const isFree =
      plain === imported &&
      !this.#places.hasLocal(imported) &&
      (!this.#file.scopes.isTaken(imported) || this.#isOwn(imported));
    const local = isFree ? imported : alias(prefix, plain);
    return this.#addName(group, imported, local, isType, at);
  }

  /** Whether the only declaration of a name in the file is an import from the v2 module of this service. */
  #isOwn(name: string): boolean {
    const declared = this.#file.scopes.all.filter((binding) => binding.name === name);
    return (
      declared.length > 0 &&
      declared.every((binding) => v2Name(this.#project.originOfBinding(this.#file, binding)) !== undefined)
    );
  }

  #addName(group: ClientGroup, imported: string, local: string, isType: boolean, at: Node): string {
    this.#places.add({ module: this.#target(group), imported, local, isType }, at);
    return local;
  }

  #target({ service }: ClientGroup): string {
    return this.#targets.get(service.awsPackage) ?? service.warrenPackage;
  }

  #isConsumed(reference: Node): boolean {
    return this.#consumed.some(({ start, end }) => reference.start >= start && reference.end <= end);
  }

  /** A file that relied on `AWS.config` gets its address from RABBITMQ_URL now. */
  #flagConfig(binding: Binding): void {
    const isConfig = this.#project.originOfBinding(this.#file, binding)?.path.at(-1) === "config";
    for (const reference of binding.references) {
      const { parent } = reference;
      const isMember = parent?.type === "MemberExpression" && memberName(parent) === "config";
      const node = isConfig ? reference : isMember ? parent : undefined;
      if (node !== undefined)
        this.#file.flag("CONNECTION_CONFIG", node, "AWS.config has no effect on the clients of WarrenMQ");
    }
  }

  /** v2 takes strings for binary data; v3 takes bytes. What is certainly a string is turned into bytes, as v2 does it. */
  #convertData({ service }: ClientGroup): void {
    for (const member of this.#file.tree.ofType("MemberExpression")) {
      const isRead = member.parent?.type === "MemberExpression" && member.parent.object === member;
      if (service.name === "sqs" && memberName(member) === "BinaryValue" && isRead)
        this.#file.flag("V2_DATA", member, "BinaryValue is a Buffer in v2 and a Uint8Array in v3");
    }
    if (service.name !== "kinesis") return;
    for (const property of this.#file.tree.ofType("Property")) {
      const isRecord = property.parent !== undefined && propertyOf(property.parent, "PartitionKey") !== undefined;
      if (!isRecord || keyName(property) !== "Data" || property.shorthand) continue;
      const { value } = property;
      if (isString(value, this.#file)) {
        this.#file.edit("v2-data", value.start, value.start, "Buffer.from(");
        this.#file.edit("v2-data", value.end, value.end, ")");
      } else if (!/^(Buffer\.|new (TextEncoder|Uint8Array)|Uint8Array\.)/.test(this.#file.textOf(value))) {
        this.#file.flag("V2_DATA", property, "Data must be a Uint8Array in v3");
      }
    }
  }
}

/** Whether an expression is a string whatever the program does. */
function isString(node: Node, file: ScriptFile): boolean {
  const inner = unwrapped(node);
  if (inner.type === "TemplateLiteral" || stringValue(inner) !== undefined) return true;
  return inner.type === "CallExpression" && file.textOf(inner.callee) === "JSON.stringify";
}

function alias(prefix: string, name: string): string {
  if (name === prefix) return `Warren${prefix}`;
  return `${prefix.charAt(0)}${prefix.slice(1).toLowerCase()}${name}`;
}

/** The module's name in `require("aws-sdk").SQS`. */
function requiredLiteral(node: Node): Node | undefined {
  const inner = unwrapped(node);
  if (inner.type === "MemberExpression") return requiredLiteral(inner.object);
  return inner.type === "CallExpression" ? inner.arguments[0] : undefined;
}

function isUsedAsValue({ references }: Binding): boolean {
  return references.some(({ parent }) => parent?.type === "NewExpression");
}

/** Whether nothing is left of what a declaration declares. */
function isGone(declaration: Node, unused: ReadonlySet<Binding>): boolean {
  if (declaration.type !== "VariableDeclarator") return false;
  const { id } = declaration;
  if (id.type !== "ObjectPattern") return true;
  return id.properties.every((property) =>
    [...unused].some((binding) => property.type === "Property" && property.value === binding.id),
  );
}

/** `AWS` of `const { SQS } = AWS` and `const SQS = AWS.SQS`. */
function sourceOf(declaration: Node): Identifier | undefined {
  let node =
    declaration.type === "VariableDeclarator" && declaration.init !== null ? unwrapped(declaration.init) : undefined;
  while (node?.type === "MemberExpression") node = unwrapped(node.object);
  return node?.type === "Identifier" ? node : undefined;
}
