import { dottedPath, keyName } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { mentionsMessaging, messagingName } from "./messaging-imports.ts";
import type { Rule } from "./rule.ts";
import { words } from "../engine/words.ts";

const HTTP_OPTIONS = words(`
  requestHandler httpOptions customUserAgent useQueueUrlAsEndpoint retryStrategy retryMode tls
  useFipsEndpoint useDualstackEndpoint signer urlParser systemClockOffset sslEnabled agent
  endpointProvider bodyLengthChecker httpAuthSchemes signingRegion signingName md5
`);

const ADDRESS_OPTIONS = words(`
  region endpoint credentials credentialDefaultProvider accessKeyId secretAccessKey sessionToken
  profile credentialProvider authSchemePreference
`);

/** Reports what a client is configured with, where that means something else on AMQP. */
export const clientOptions: Rule = {
  title: "options of the clients that have no meaning on AMQP are reported",
  applies: mentionsMessaging,
  check: (file) => {
    for (const creation of file.tree.ofType("NewExpression")) checkCreation(file, creation);
    for (const member of file.tree.ofType("MemberExpression")) checkMiddleware(file, member);
  },
};

function checkCreation(file: ScriptFile, creation: NodeOf<"NewExpression">): void {
  const used = messagingName(file, creation.callee);
  if (used === undefined) return;
  const { service, name } = used;
  if (name !== service.clientClass && name !== service.aggregatedClass) return;
  const [config] = creation.arguments;
  if (config === undefined) return;
  if (config.type !== "ObjectExpression") {
    return file.flag("CONNECTION_CONFIG", creation, `${name} is configured by ${file.textOf(config)}`);
  }
  const address: string[] = [];
  for (const property of config.properties) {
    if (property.type !== "Property") address.push(file.textOf(property));
    else if (HTTP_OPTIONS.has(keyName(property) ?? ""))
      file.flag("CLIENT_OPTION", property, `${keyName(property)} of ${name}`);
    else if (ADDRESS_OPTIONS.has(keyName(property) ?? "")) address.push(keyName(property) ?? "");
  }
  if (address.length > 0) file.flag("CONNECTION_CONFIG", creation, `${name}: ${address.join(", ")}`);
}

function checkMiddleware(file: ScriptFile, member: NodeOf<"MemberExpression">): void {
  if (member.computed || member.property.type !== "Identifier" || member.property.name !== "middlewareStack") return;
  const action = member.parent;
  if (action?.type !== "MemberExpression" || action.object !== member) return;
  file.flag("MIDDLEWARE", member, dottedPath(action) ?? "middlewareStack");
}
