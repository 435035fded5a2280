import type { Node } from "oxc-parser";
import { enclosingClass, keyName, unwrapped } from "../engine/ast.ts";
import type { ClassNode } from "../engine/ast.ts";
import type { Binding } from "../engine/scopes.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { exportedNode } from "../v2/module-exports.ts";
import type { InventoryBuilder } from "./builder.ts";
import { codeAddress } from "./code-address.ts";
import { parameterPlace } from "./given-argument.ts";
import { argumentOf } from "./intrinsic.ts";
import type { Address } from "./inventory.ts";

/** Creations whose text has none of these words pass no address on. */
const ADDRESS_WORDS = /queue|topic|stream|sqs|sns|kinesis|url|arn/i;

/** What a parameter of a constructor is, wherever in the project its class is made. */
export function constructorArgument(
  file: ScriptFile,
  binding: Binding,
  members: readonly string[],
): Address | undefined {
  const place = parameterPlace(binding);
  if (place === undefined || members.length > 1) return undefined;
  const { constructor, path } = place;
  const name = nameOf(enclosingClass(constructor));
  return { by: "variable", variable: argumentOf(file.name, name, [...path, ...members].join(".")) };
}

/** Hands on the addresses that a file passes where it makes an object, or calls the constructor above its own. */
export function readConstructorArguments(file: ScriptFile, builder: InventoryBuilder): void {
  if (file.isTest) return;
  const supers = file.tree.ofType("CallExpression").filter(({ callee }) => callee.type === "Super");
  for (const creation of [...file.tree.ofType("NewExpression"), ...supers]) {
    if (creation.arguments.length === 0 || !ADDRESS_WORDS.test(file.textOf(creation))) continue;
    const callee = creation.callee.type === "Super" ? enclosingClass(creation)?.superClass : creation.callee;
    const made = callee === null || callee === undefined ? undefined : classOf(file, callee);
    if (made === undefined) continue;
    for (const [path, value] of argumentsOf(creation.arguments)) {
      const address = codeAddress(file, value);
      if (address.by === "name" || address.by === "variable")
        builder.variable(creation.start, argumentOf(made.file, made.name, path), address);
    }
  }
}

/** Each argument, and each property of one that is an object. */
function argumentsOf(given: readonly Node[]): (readonly [path: string, value: Node])[] {
  return given.flatMap((argument, index): (readonly [string, Node])[] => {
    const inner = unwrapped(argument);
    if (inner.type !== "ObjectExpression") return [[String(index), inner]];
    return inner.properties.flatMap((property): (readonly [string, Node])[] => {
      const name = property.type === "Property" ? keyName(property) : undefined;
      return property.type === "Property" && name !== undefined ? [[`${index}.${name}`, property.value]] : [];
    });
  });
}

/** The class of the project that an expression is. */
function classOf(file: ScriptFile, callee: Node): { readonly file: string; readonly name: string } | undefined {
  const inner = unwrapped(callee);
  if (inner.type !== "Identifier") return undefined;
  const declaration = file.scopes.bindingOf(inner)?.declaration;
  if (declaration?.type === "ClassDeclaration") return { file: file.name, name: nameOf(declaration) };
  const origin = file.origins.of(inner);
  const found = origin === undefined ? undefined : exportedNode(file, origin.module, origin.path);
  if (found === undefined || found.rest.length > 0) return undefined;
  const { node } = found;
  if (node.type === "Identifier") return { file: found.file.name, name: node.name };
  if (node.type !== "ClassDeclaration" && node.type !== "ClassExpression") return undefined;
  return { file: found.file.name, name: nameOf(node) };
}

function nameOf(owner: ClassNode | undefined): string {
  return owner?.id?.name ?? "default";
}
