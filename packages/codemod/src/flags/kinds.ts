import type { FlagCode, Severity } from "./codes.ts";

/** What is the same for all findings of one code. */
export interface FlagKind {
  readonly severity: Severity;
  readonly title: string;
  /** Why the codemod does not decide this alone. */
  readonly reason: string;
  /** What a person does about it. */
  readonly nextStep: string;
}

/** What each code means. */
export const FLAGS: Readonly<Record<FlagCode, FlagKind>> = {
  // Call sites
  DYNAMIC_SPECIFIER: flag(
    "review",
    "A package name is built or chosen at run time",
    "The name is not the argument of an import, a require or a known mock registry, so what it ends in is only known when the program runs.",
    "Change the name here and wherever it is compared or composed, or keep the AWS client for this path.",
  ),
  SUBPATH: flag(
    "review",
    "A file inside the AWS package is imported",
    "WarrenMQ's packages export their root alone, and something here is not exported by it.",
    "Import the name from the package's root, or keep the AWS package for it.",
  ),
  UNKNOWN_EXPORT: flag(
    "review",
    "A name that WarrenMQ's package does not export",
    "The name is not in the package's list of exports; it stays on the AWS package.",
    "Check the spelling and the SDK version, or find out what replaces the name.",
  ),
  FOREIGN_EXCEPTION: flag(
    "review",
    "An exception of this package is used for another service",
    "The file sends nothing through this package's client: the exception is borrowed from it to test errors of another service.",
    "Import the exception from the package of the service that throws it.",
  ),
  PUBLIC_API: flag(
    "info",
    "Types of the SDK are part of this module's exports",
    "Whoever imports this module gets WarrenMQ's classes after the change.",
    "Mention it in the release notes of the package; callers of the package may need the same migration.",
  ),
  PARSE_ERROR: flag(
    "review",
    "The file does not parse",
    "Files that do not parse are never edited.",
    "Repair the file or change its imports by hand.",
  ),
  SKIPPED_FILE: flag(
    "info",
    "A file that people do not write names the SDK",
    "Build output, minified and generated files are left alone.",
    "Build or generate it again after the migration.",
  ),
  COMPONENT_REF: flag(
    "review",
    "A component file names the SDK",
    "Script blocks of Vue, Svelte and Astro files are reported, not edited.",
    "Change the import in the script block by hand.",
  ),
  TEXT_REF: flag(
    "info",
    "A text names the package",
    "The text is not a module specifier, so it stays.",
    "Change the wording if people read it.",
  ),
  DOCS_REF: flag(
    "info",
    "Documentation names the package",
    "Documentation is changed only with --docs.",
    "Run with --docs, or change the text by hand.",
  ),
  CONFIG_REF: flag(
    "review",
    "A configuration file names the package",
    "Bundlers, test runners and bots treat the name in their own way: an external package, for example, must then be installed where the program runs.",
    "Decide for this tool whether the new package belongs there too.",
  ),
  // aws-sdk v2
  V2_MANUAL: flag(
    "blocked",
    "aws-sdk v2 code that cannot be changed safely",
    "It could not be proven what every use of this client does, so all uses of this service in the file stay as they are.",
    "Move this code to the AWS SDK v3 style by hand, then run the codemod again.",
  ),
  V2_MOCK: flag(
    "review",
    "A test double of aws-sdk v2",
    "The double stands for the AWS module; code that was moved to WarrenMQ does not pass through it any more.",
    "Let the test replace @warrenmq's client instead, for example with aws-sdk-client-mock.",
  ),
  V2_TYPE: flag(
    "review",
    "A type of aws-sdk v2 without a counterpart",
    "The SDK v3 has no such type.",
    "Describe the value with a type of your own.",
  ),
  V2_DATA: flag(
    "review",
    "Binary data changes its type between v2 and v3",
    "aws-sdk v2 takes strings and answers Buffers; v3 takes and answers Uint8Array, whose toString() is another.",
    "Wrap what is read in Buffer.from(…), and what is written too if it is a string.",
  ),
  ERROR_CODE: flag(
    "review",
    "An error is recognised by its v2 code",
    "v3 errors carry their kind in `name`, and the kinds have other names; the handler also sees errors of something else.",
    "Compare `error.name` with the name of the v3 exception class.",
  ),
  // Connection
  CONNECTION_CONFIG: flag(
    "info",
    "The client's address or credentials are configured here",
    "WarrenMQ connects to RABBITMQ_URL; region, endpoint and credentials of AWS are accepted and not used.",
    "Set RABBITMQ_URL where this program runs, and remove what nobody needs any more.",
  ),
  CLIENT_OPTION: flag(
    "review",
    "An option that means nothing without HTTP",
    "The option configures the SDK's HTTP requests; WarrenMQ speaks AMQP.",
    "Remove the option, or use `rabbitmq: { … }` for the same purpose.",
  ),
  MIDDLEWARE: flag(
    "info",
    "The client's middleware stack is used",
    "Initialize, serialize and build steps run as with AWS; there is no HTTP request behind them.",
    "Check that the middleware does not rely on the HTTP request or response.",
  ),
  // Libraries
  SDK_LIB: flag(
    "review",
    "A library that calls the SDK itself",
    "The library gets a client, or makes one of its own when it gets none.",
    "Give it WarrenMQ's client explicitly; versions that are built on aws-sdk v2 must be upgraded first.",
  ),
  SDK_MOCK: flag(
    "info",
    "A mock library for the SDK",
    "aws-sdk-client-mock works with WarrenMQ's clients.",
    "Nothing, unless a test looks at HTTP.",
  ),
  XRAY: flag(
    "review",
    "A client is wrapped by AWS X-Ray",
    "WarrenMQ's clients can be captured, but without AWS nobody takes the segments.",
    "Replace X-Ray by OpenTelemetry, or remove the wrapper (--unwrap-xray).",
  ),
  TELEMETRY: flag(
    "info",
    "Tracing that instruments the AWS SDK",
    "Instrumentation finds the SDK by package name; calls through WarrenMQ pass through the same `send`, under another package.",
    "Check that spans still appear after the migration.",
  ),
  LOCAL_EMULATOR: flag(
    "info",
    "A local emulator of AWS",
    "Messaging needs a RabbitMQ now, locally too.",
    "Add a RabbitMQ beside the emulator, or replace it if it served nothing else.",
  ),
  // Lambda
  LAMBDA_HANDLER: flag(
    "blocked",
    "A Lambda function that queue, topic or stream events start",
    "Nothing starts a function when a message arrives at RabbitMQ: somebody must receive and call it.",
    "Run the handler in a consumer process (receive, call the handler with the batch, delete what succeeded).",
  ),
  LAMBDA_EVENT_SOURCE: flag(
    "blocked",
    "An event source mapping",
    "AWS polls the queue or stream for the function; RabbitMQ does not.",
    "Run the handler in a consumer process with the same batch size, filter and partial-failure behaviour.",
  ),
  // What RabbitMQ cannot do
  SMS: flag("blocked", "SMS", "A message broker sends no text messages.", "Use an SMS provider's API for it."),
  PUSH: flag(
    "blocked",
    "Mobile push",
    "A message broker sends no push notifications.",
    "Call the push services of Apple and Google, or a provider, directly.",
  ),
  SUBSCRIPTION_PROTOCOL: flag(
    "blocked",
    "A subscription that is no queue",
    "E-mail, SMS, application, Lambda and Firehose subscriptions have no counterpart; http and https are served by WarrenMQ's delivery worker.",
    "Subscribe a queue and let a consumer do it; run `warrenmq` as the worker for http(s).",
  ),
  MESSAGE_STRUCTURE: flag(
    "info",
    "A message with one body for each protocol",
    "Queues get the `sqs` body, http(s) subscriptions theirs; bodies for other protocols go nowhere.",
    "Check that `default` or `sqs` is among the bodies.",
  ),
  KINESIS_EFO: flag(
    "review",
    "Enhanced fan-out",
    "Streams of RabbitMQ push to every consumer at full speed; there is no consumer to register.",
    "Read with GetRecords, or check the support table for SubscribeToShard.",
  ),
  KCL: flag(
    "blocked",
    "The Kinesis Client Library",
    "It keeps its leases in DynamoDB and runs a Java daemon that talks to AWS alone.",
    "Read the shards with GetRecords, or with a RabbitMQ stream consumer.",
  ),
  FIREHOSE: flag(
    "blocked",
    "Firehose",
    "Firehose is another service than Kinesis data streams; WarrenMQ does not replace it.",
    "Keep it, or write a consumer that stores what arrives.",
  ),
  RAW_HTTP: flag(
    "blocked",
    "Signed HTTP requests to the service",
    "The call goes around the SDK, straight to an AWS endpoint.",
    "Use the client of @warrenmq instead.",
  ),
  AWS_CLI: flag(
    "review",
    "A script calls the AWS CLI",
    "The AWS CLI talks to AWS, not to RabbitMQ.",
    "Declare what it creates in the topology file (`warrenmq topology apply`); send and read with a script of your own.",
  ),
  // Addresses
  ADDRESS_LITERAL: flag(
    "review",
    "A queue URL or ARN is written out",
    "WarrenMQ understands URLs and ARNs in AWS's shape: the last part is the name. Account and region mean nothing.",
    "Nothing must change; move it to configuration if it differs between environments.",
  ),
  ADDRESS_BUILD: flag(
    "review",
    "A queue URL or ARN is put together",
    "WarrenMQ understands the shape, if the parts are still available without AWS.",
    "Check where account id and region come from, or ask GetQueueUrl.",
  ),
  // Manifests
  MANIFEST_BROKEN: flag(
    "blocked",
    "A manifest that does not parse",
    "Files that do not parse are never edited.",
    "Repair it and run the codemod again.",
  ),
  MANIFEST_GENERATED: flag(
    "blocked",
    "A manifest that a tool writes",
    "A change would be undone by the generator.",
    "Change the dependency where the generator gets it from.",
  ),
  MANIFEST_ALIAS: flag(
    "review",
    "The AWS package is installed under another name",
    "Whoever imports the alias gets AWS's package.",
    "Decide whether the alias should point to WarrenMQ.",
  ),
  MANIFEST_OVERRIDE: flag(
    "review",
    "The version of the AWS package is overridden",
    "WarrenMQ's package depends on AWS's, so the override still has an effect.",
    "Check that the forced version is one that WarrenMQ supports.",
  ),
  MANIFEST_KEPT: flag(
    "info",
    "The AWS package stays in the manifest",
    "Something in this package still uses it.",
    "Remove it when the findings for its users are done.",
  ),
  UNDECLARED_DEP: flag(
    "review",
    "The SDK was used without being declared",
    "It came from the Lambda runtime, from a workspace root, or with another package.",
    "Check that the package that runs has the new dependency.",
  ),
  // Infrastructure
  IAM_POLICY: flag(
    "review",
    "Permissions for queues, topics or streams",
    "RabbitMQ has users and permissions by name pattern, not IAM.",
    "Give the service's RabbitMQ user the permissions that this policy gave.",
  ),
  ALARM: flag(
    "review",
    "An alarm on a queue, topic or stream",
    "CloudWatch does not see RabbitMQ.",
    "Make the same alarm on RabbitMQ's metrics (queue depth, unacknowledged messages, age).",
  ),
  EVENT_TARGET: flag(
    "blocked",
    "An AWS service sends to a queue, topic or stream",
    "AWS services cannot reach RabbitMQ by themselves.",
    "Let something that can reach both forward the events.",
  ),
  OPAQUE_MODULE: flag(
    "review",
    "A module or construct that makes queues, topics or streams",
    "Its source is somewhere else, so what it makes is not known here.",
    "Complete the topology file by hand.",
  ),
  ADJACENT: flag(
    "info",
    "A neighbouring AWS service",
    "It has a similar name or job, but it is not SQS, SNS or Kinesis data streams.",
    "Nothing in this migration.",
  ),
};

function flag(severity: Severity, title: string, reason: string, nextStep: string): FlagKind {
  return { severity, title, reason, nextStep };
}
