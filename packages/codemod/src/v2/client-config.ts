import { keyName, unwrapped } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import type { ClientGroup } from "./group.ts";

const RULE = "v2-config";

/** Options of v2 clients that v3 does not have: they would be type errors, and are without effect. */
const DROPPED =
  /^(apiVersion|apiVersions|httpOptions|s3\w+|signatureVersion|signatureCache|convertResponseTypes|paramValidation|computeChecksums|correctClockSkew|systemClockOffset|sslEnabled|useAccelerateEndpoint|dynamoDbCrc32|retryDelayOptions|hostPrefixEnabled|stsRegionalEndpoints|accessKeyId|secretAccessKey|sessionToken|credentialProvider|logger|endpointDiscoveryEnabled|xrayEnabled|maxRedirects)$/;

/** Why a configuration cannot be carried over, if so. */
export function configBlocker({ arguments: args }: NodeOf<"NewExpression">): string | undefined {
  const [config] = args;
  if (args.length > 1) return "the constructor gets several arguments";
  if (config?.type !== "ObjectExpression") return undefined;
  const names = config.properties.map((property) => (property.type === "Property" ? keyName(property) : undefined));
  return names.includes("params")
    ? "the option `params` adds to every request in v2; v3 has no such option"
    : undefined;
}

/** Carries a configuration that is written out over to v3's names. */
export function editConfig(group: ClientGroup, site: NodeOf<"NewExpression">): void {
  const { file } = group;
  const [config] = site.arguments;
  if (config === undefined) return addEmptyConfig(file, site);
  if (config.type !== "ObjectExpression") return;
  for (const [index, property] of config.properties.entries()) {
    if (property.type !== "Property") continue;
    const name = keyName(property) ?? "";
    if (name === "maxRetries") editRetries(file, property);
    else if (DROPPED.test(name)) dropProperty(file, config, index, name);
  }
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

function dropProperty(file: ScriptFile, config: NodeOf<"ObjectExpression">, index: number, name: string): void {
  const [previous, property, next] = [
    config.properties[index - 1],
    config.properties[index],
    config.properties[index + 1],
  ];
  if (property === undefined) return;
  if (name !== "apiVersion") file.flag("CLIENT_OPTION", property, `${name} is dropped: v3 has no such option`, "info");
  if (next !== undefined) return file.edit(RULE, property.start, next.start, "");
  if (config.properties.length === 1) return file.edit(RULE, config.start, config.end, "{}");
  const isPreviousDropped = previous?.type === "Property" && DROPPED.test(keyName(previous) ?? "");
  // The comma before it goes with it, unless the property before has taken it already.
  const comma = isPreviousDropped ? property.start : (previous?.end ?? property.start);
  const end = /^\s*,/.exec(file.text.slice(property.end))?.[0].length ?? 0;
  file.edit(RULE, comma, isPreviousDropped ? property.end + end : property.end, "");
}
