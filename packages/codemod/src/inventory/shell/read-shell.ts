import { parse } from "jsonc-parser";
import type { ParseError } from "jsonc-parser";
import type { Parser } from "web-tree-sitter";
import { addressOfText } from "../address.ts";
import type { InventoryBuilder } from "../builder.ts";
import type { Address, ResourceKind, Role } from "../inventory.ts";
import { addressOfValue, awsCommand, target } from "./aws-command.ts";
import type { AwsCommand } from "./aws-command.ts";
import { ShellRun } from "./shell-run.ts";

const KINDS: Readonly<Record<AwsCommand["service"], ResourceKind>> = { sqs: "queue", sns: "topic", kinesis: "stream" };

/** Whether a text may call the AWS CLI for messaging. */
export function callsAws(text: string): boolean {
  return /\b(sqs|sns|kinesis)['"]?\s*\\?\s+['"]?(create|delete|get|list|put|send|receive|purge|set|publish|subscribe|describe|tag|change)\b/.test(
    text,
  );
}

/** Reads the AWS CLI's calls in a shell script. `base` is where the script stands in its file. */
export function readShell(builder: InventoryBuilder, parser: Parser, script: string, base: number): void {
  const tree = parser.parse(script);
  if (tree === null) return;
  const run = new ShellRun();
  run.run(tree.rootNode);
  tree.delete();
  for (const command of run.commands) {
    const call = awsCommand(command);
    if (call !== undefined) readCall(builder, { ...call, offset: base + call.offset });
    // `sh -c "aws sqs …"`: a script in a word.
    for (const [index, { text = "" }] of command.words.entries()) {
      const isScript = command.words.length === 1 || /^-l?i?c$/.test(command.words[index - 1]?.text ?? "");
      if (isScript && /\s/.test(text) && callsAws(text)) readShell(builder, parser, text, base + command.offset);
    }
  }
}

function readCall(builder: InventoryBuilder, call: AwsCommand): void {
  const { service, operation, offset, isLocal, isCaptured, options } = call;
  const kind = KINDS[service];
  const address = addressOfValue(target(call));
  builder.flag(isLocal ? "LOCAL_EMULATOR" : "AWS_CLI", offset, `aws ${service} ${operation}`);
  if (/^Create(Queue|Topic|Stream)$/.test(operation)) return readCreation(builder, call, kind, address);
  if (operation === "Subscribe") return readSubscription(builder, call);
  if (options.has("phone-number")) return builder.flag("SMS", offset, `aws sns ${operation}`);
  // What only looks something up for the next command.
  if (/^(List|Get|Describe|Wait)/.test(operation) && (isCaptured || !/^Get(Records|ShardIterator)$/.test(operation)))
    return;
  builder.actor(offset, { role: roleOf(operation), kind, target: address, operation, actor: builder.file });
}

function readCreation(builder: InventoryBuilder, call: AwsCommand, kind: ResourceKind, address: Address): void {
  if (address.by !== "name") return;
  const { name } = address;
  const { RedrivePolicy, ...attributes } = attributesOf(call.options.get("attributes")?.text);
  const shards = Number(call.options.get("shard-count")?.text);
  builder.resource(call.offset, {
    kind,
    reference: `${call.operation} ${name}`,
    name,
    fifo: name.endsWith(".fifo") || attributes["FifoQueue"] === "true" || attributes["FifoTopic"] === "true",
    attributes,
    ...(RedrivePolicy === undefined ? {} : redriveOf(RedrivePolicy)),
    ...(Number.isInteger(shards) && shards > 0 ? { shards } : {}),
    isReference: false,
  });
}

function readSubscription(builder: InventoryBuilder, { options, offset }: AwsCommand): void {
  const attributes = attributesOf(options.get("attributes")?.text);
  const protocol = options.get("protocol")?.text ?? "unknown";
  builder.subscription(offset, {
    topic: addressOfValue(options.get("topic-arn")),
    protocol,
    endpoint: addressOfValue(options.get("notification-endpoint")),
    ...(attributes["FilterPolicy"] === undefined ? {} : { filterPolicy: attributes["FilterPolicy"] }),
    rawMessageDelivery: attributes["RawMessageDelivery"] === "true",
  });
  if (!/^(sqs|https?|unknown)$/.test(protocol)) builder.flag("SUBSCRIPTION_PROTOCOL", offset, `protocol ${protocol}`);
}

/** `{"FifoQueue":"true"}`, or `FifoQueue=true,DelaySeconds=5`. */
function attributesOf(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  const json = jsonObject(text);
  if (json !== undefined)
    return Object.fromEntries(
      Object.entries(json).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
    );
  return Object.fromEntries(
    [...text.matchAll(/(?<!\w)(\w+)=(?:'([^']*)'|"([^"]*)"|([^,\s]*))/g)].map((match) => [
      match[1] ?? "",
      match[2] ?? match[3] ?? match[4] ?? "",
    ]),
  );
}

function redriveOf(policy: string): { deadLetterTarget?: Address; maxReceiveCount?: number } {
  const json = jsonObject(policy);
  const [arn, count] = [json?.["deadLetterTargetArn"], Number(json?.["maxReceiveCount"])];
  return {
    ...(typeof arn === "string" ? { deadLetterTarget: addressOfText(arn) } : {}),
    ...(Number.isInteger(count) ? { maxReceiveCount: count } : {}),
  };
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  if (!text.trim().startsWith("{")) return undefined;
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length === 0 && isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function roleOf(operation: string): Role {
  if (/^(SendMessage|Publish|PutRecord)/.test(operation)) return "producer";
  return /^(ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetRecords|GetShardIterator)/.test(operation)
    ? "consumer"
    : "admin";
}
