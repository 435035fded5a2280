import type { Node } from "oxc-parser";
import { keyName, propertyOf, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { ClientGroup } from "./group.ts";

const RULE = "v2-config";

/** Options of v2 clients that v3 does not have: they would be type errors, and are without effect. */
const DROPPED =
  /^(apiVersion|apiVersions|httpOptions|s3\w+|signatureVersion|signatureCache|convertResponseTypes|paramValidation|computeChecksums|correctClockSkew|systemClockOffset|sslEnabled|useAccelerateEndpoint|dynamoDbCrc32|retryDelayOptions|hostPrefixEnabled|stsRegionalEndpoints|accessKeyId|secretAccessKey|sessionToken|credentialProvider|logger|endpointDiscoveryEnabled|xrayEnabled|maxRedirects)$/;

/** Why a configuration cannot be carried over, if so. */
export function configBlocker({ arguments: args }: NodeOf<"NewExpression">, file: ScriptFile): string | undefined {
  const [config] = args;
  if (args.length > 1) return "the constructor gets several arguments";
  if (config === undefined) return undefined;
  const isTyped = /\.[cm]?tsx?$/.test(file.name);
  if (literalsOf(config, file).some((literal) => propertyOf(literal, "params") !== undefined))
    return "the option `params` adds to every request in v2; v3 has no such option";
  if (config.type !== "ObjectExpression") {
    return isTyped && !isPlainLiteral(config, file) ? "the type of the configuration is not known" : undefined;
  }
  const names = config.properties.map((property) => (property.type === "Property" ? keyName(property) : undefined));
  const endpoint = propertyOf(config, "endpoint");
  if (isTyped && endpoint !== undefined && /\bEndpoint\(/.test(file.textOf(endpoint.value)))
    return "the endpoint is an object of v2: v3 takes a text";
  const isKnown = config.properties.every(
    (property, index) =>
      names[index] !== undefined || (property.type === "SpreadElement" && isPlainLiteral(property.argument, file)),
  );
  return isTyped && !isKnown ? "the type of a part of the configuration is not known" : undefined;
}

/** The literals that a configuration is put together from, as far as they stand in this file. */
function literalsOf(config: Node, file: ScriptFile, depth = 0): NodeOf<"ObjectExpression">[] {
  const inner = unwrapped(config);
  if (depth > 4) return [];
  switch (inner.type) {
    case "ObjectExpression":
      return [
        inner,
        ...inner.properties.flatMap((property) =>
          property.type === "SpreadElement" ? literalsOf(property.argument, file, depth + 1) : [],
        ),
      ];
    case "Identifier": {
      const declaration = file.scopes.bindingOf(inner)?.declaration;
      return declaration?.type === "VariableDeclarator" && declaration.init !== null
        ? literalsOf(declaration.init, file, depth + 1)
        : [];
    }
    case "ConditionalExpression":
      return [inner.consequent, inner.alternate].flatMap((node) => literalsOf(node, file, depth + 1));
    case "LogicalExpression":
      return [inner.left, inner.right].flatMap((node) => literalsOf(node, file, depth + 1));
    case "CallExpression":
      // `Object.assign({}, defaults, { params })`.
      return inner.arguments.flatMap((node) => literalsOf(node, file, depth + 1));
    default:
      return [];
  }
}

/** Whether a configuration is a variable of this file whose literal has nothing but what v3 takes too. */
function isPlainLiteral(config: Node, file: ScriptFile): boolean {
  const declaration = config.type === "Identifier" ? file.scopes.bindingOf(config)?.declaration : undefined;
  if (declaration?.type !== "VariableDeclarator" || declaration.init?.type !== "ObjectExpression") return false;
  if (declaration.id.type !== "Identifier") return false;
  const type = declaration.id.typeAnnotation?.typeAnnotation;
  // The annotation becomes v3's own.
  if (type !== undefined && !/\bClientConfiguration$/.test(file.textOf(type))) return false;
  return declaration.init.properties.every((property) => {
    const name = property.type === "Property" ? keyName(property) : undefined;
    return name !== undefined && name !== "maxRetries" && name !== "params" && !DROPPED.test(name);
  });
}

/** Carries a configuration that is written out over to v3's names. */
export function editConfig(group: ClientGroup, site: NodeOf<"NewExpression">): void {
  const { file } = group;
  const [config] = site.arguments;
  if (config === undefined) return addEmptyConfig(file, site);
  if (config.type !== "ObjectExpression") return;
  const dropped = config.properties.filter((property) => isDropped(property));
  for (const property of config.properties) {
    if (property.type === "Property" && keyName(property) === "maxRetries") editRetries(file, property);
  }
  for (const property of dropped) flagDropped(file, property);
  dropProperties(file, config, dropped);
}

function isDropped(property: Node): boolean {
  return property.type === "Property" && DROPPED.test(keyName(property) ?? "");
}

/** v3's constructors take a configuration. */
function addEmptyConfig(file: ScriptFile, site: NodeOf<"NewExpression">): void {
  const end = file.text.endsWith(")", site.end) ? site.end - 1 : site.end;
  if (end === site.end) file.edit(RULE, end, end, "({})");
  else file.edit(RULE, end, end, "{}");
}

function editRetries(file: ScriptFile, property: NodeOf<"Property">): void {
  const value = unwrapped(property.value);
  if (value.type === "Literal" && typeof value.value === "number") {
    file.edit(RULE, property.key.start, property.key.end, "maxAttempts");
    file.edit(RULE, value.start, value.end, String(value.value + 1));
    return;
  }
  file.flag("CLIENT_OPTION", property, "maxRetries is maxAttempts in v3, and counts the first attempt too");
}

function flagDropped(file: ScriptFile, property: Node): void {
  const name = property.type === "Property" ? (keyName(property) ?? "") : "";
  if (name !== "apiVersion") file.flag("CLIENT_OPTION", property, `${name} is dropped: v3 has no such option`, "info");
}

/** What is dropped takes the comma behind it along; at the end of the list, the one before it. */
function dropProperties(file: ScriptFile, config: NodeOf<"ObjectExpression">, dropped: readonly Node[]): void {
  const all: readonly Node[] = config.properties;
  if (dropped.length === 0) return;
  if (dropped.length === all.length) return file.edit(RULE, config.start, config.end, "{}");
  const lastKept = all.findLast((property) => !dropped.includes(property));
  for (const property of dropped) {
    const next = all[all.indexOf(property) + 1];
    if (next !== undefined && lastKept !== undefined && property.start < lastKept.start)
      file.edit(RULE, property.start, next.start, "");
  }
  const last = all.at(-1);
  if (last !== undefined && lastKept !== undefined && last !== lastKept) file.edit(RULE, lastKept.end, last.end, "");
}
