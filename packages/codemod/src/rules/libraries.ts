import type { Node } from "oxc-parser";
import { dottedPath, propertyOf, stringValue } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { FlagCode } from "../flags/codes.ts";
import { serviceOfClass } from "../services/service.ts";
import type { Rule } from "./rule.ts";
import { V2_MOCK_LIBRARY } from "./v2-mocks.ts";

/** What is said about the import of a library. */
interface Library {
  readonly pattern: RegExp;
  readonly code: FlagCode;
  readonly detail: string;
}

const LIBRARIES: readonly Library[] = [
  library(/^sqs-consumer$/, "SDK_LIB", "give it WarrenMQ's client as `sqs`; versions up to 5 are built on aws-sdk v2"),
  library(/^sqs-producer$/, "SDK_LIB", "give it WarrenMQ's client as `sqs`; versions up to 2 are built on aws-sdk v2"),
  library(
    /^(@ssut\/nestjs-sqs|@nestjs-packages\/sqs|nestjs-sqs)$/,
    "SDK_LIB",
    "give each consumer and producer WarrenMQ's client as `sqs`",
  ),
  library(
    /^(squiss|squiss-ts|squiss-jsl|sqs-quooler|simple-sqs|sqs-poller|loafer|node-sqs-worker)$/,
    "SDK_LIB",
    "it makes its own SQS client",
  ),
  library(/^@message-queue-toolkit\/(sqs|sns)$/, "SDK_LIB", "it gets the client as a dependency"),
  library(
    /^(sqs-extended-client|@?[\w/-]*sqs-extended-client|sns-extended-client|sqs-large-payload[\w-]*)$/,
    "SDK_LIB",
    "large bodies go to S3, which stays on AWS",
  ),
  library(/^@aws-lambda-powertools\/batch$/, "SDK_LIB", "batch processing of Lambda events"),
  library(
    /^@aws-lambda-powertools\/parser\/(envelopes|schemas)\/(sqs|sns|kinesis)/,
    "SDK_LIB",
    "it parses Lambda events",
  ),
  library(/^@architect\/functions$/, "SDK_LIB", "arc.queues and arc.events are SQS and SNS, with clients of its own"),
  library(/^@middy\/(sqs-|event-normalizer|sqs)/, "SDK_LIB", "middleware for Lambda events"),
  library(
    /^(sns-validator|aws-sns-validator|sns-payload-validator|sns-message-validator)$/,
    "SDK_LIB",
    "it fetches AWS's signing certificate; WarrenMQ's delivery worker signs with its own",
  ),
  library(/^(@golevelup\/nestjs-|@nestjstools\/)?(aws-sqs|sqs|sns)$/, "SDK_LIB", "it makes its own client"),
  library(/^@testcontainers\/localstack$/, "LOCAL_EMULATOR", "it starts an emulator of AWS; WarrenMQ needs RabbitMQ"),
  library(/^aws-kcl$/, "KCL", "the Node.js daemon of the Kinesis Client Library"),
  library(/^@aws-sdk\/client-firehose$/, "FIREHOSE", "Firehose's client"),
  library(/^aws-sdk-client-mock(-jest|-vitest)?$/, "SDK_MOCK", "works with WarrenMQ's clients"),
  library(/^aws-sdk-vitest-mock(\/|$)/, "SDK_MOCK", "it replaces the `send` of the client or class that it gets"),
  library(V2_MOCK_LIBRARY, "V2_MOCK", "it replaces services of the module aws-sdk"),
  library(/^mock-aws-s3$/, "V2_MOCK", "it replaces services of the module aws-sdk"),
  library(
    /^(@opentelemetry\/instrumentation-aws-sdk|opentelemetry-instrumentation-aws-sdk|dd-trace|newrelic|@newrelic\/aws-sdk|@instana\/(collector|core)|elastic-apm-node|@sentry\/aws-serverless)$/,
    "TELEMETRY",
    "it instruments @aws-sdk/* by package name",
  ),
];

/** Reports libraries that stand between the program and the SDK. */
export const libraries: Rule = {
  title: "libraries that use the SDK by themselves are reported",
  applies: (text) =>
    /sqs|sns|kinesis|firehose|localstack|aws-|@architect\/|middy|dd-trace|newrelic|instana|elastic-apm|@sentry/.test(
      text,
    ),
  check: (file) => {
    for (const [specifier, node] of importedModules(file)) {
      const found = LIBRARIES.find(({ pattern }) => pattern.test(specifier));
      if (found !== undefined) file.flag(found.code, node, `${specifier}: ${found.detail}`);
    }
    for (const creation of file.tree.ofType("NewExpression")) {
      const origin = file.origins.of(creation.callee);
      const isFirehose =
        origin !== undefined &&
        /^aws-sdk(\/|$)/.test(origin.module) &&
        /firehose/i.test(`${origin.module}${origin.path.join("")}`);
      if (isFirehose) file.flag("FIREHOSE", creation, "Firehose's client of aws-sdk v2");
      const isBundled = origin?.module.startsWith("aws-sdk/dist/") === true;
      if (isBundled && serviceOfClass(origin?.path.at(-1) ?? "") !== undefined)
        file.flag("V2_MANUAL", creation, "a client of aws-sdk's bundle for browsers; WarrenMQ's run on Node.js");
    }
    for (const call of file.tree.ofType("CallExpression")) checkConsumer(file, call.callee, call.arguments[0], call);
  },
};

/** Every module that a file imports or requires, with the place. */
export function importedModules(file: ScriptFile): (readonly [string, Node])[] {
  const found: (readonly [string, Node])[] = [];
  for (const statement of file.tree.ofType("ImportDeclaration")) {
    if (statement.importKind !== "type") found.push([statement.source.value, statement]);
  }
  for (const statement of file.tree.ofType("TSImportEqualsDeclaration")) {
    const module = file.origins.ofBinding({
      name: "",
      id: statement.id,
      declaration: statement,
      isParameter: false,
      references: [],
    });
    if (module !== undefined) found.push([module.module, statement]);
  }
  for (const call of file.tree.ofType("CallExpression")) {
    const specifier = dottedPath(call.callee) === "require" ? stringValue(call.arguments[0]) : undefined;
    if (specifier !== undefined) found.push([specifier, call]);
  }
  for (const imported of file.tree.ofType("ImportExpression")) {
    const specifier = stringValue(imported.source);
    if (specifier !== undefined) found.push([specifier, imported]);
  }
  return found;
}

/** `Consumer.create({ … })` without a client makes one that talks to AWS. */
function checkConsumer(file: ScriptFile, callee: Node, options: Node | undefined, call: Node): void {
  const origin = file.origins.of(callee);
  if (origin === undefined || !/^sqs-(consumer|producer)$/.test(origin.module) || origin.path.at(-1) !== "create")
    return;
  if (options?.type !== "ObjectExpression") return;
  const spreads = options.properties.some(({ type }) => type === "SpreadElement");
  if (!spreads && propertyOf(options, "sqs") === undefined) {
    file.flag("SDK_LIB", call, `no \`sqs\` option: ${origin.module} makes a client of its own, for AWS`);
  }
}

function library(pattern: RegExp, code: FlagCode, detail: string): Library {
  return { pattern, code, detail };
}
