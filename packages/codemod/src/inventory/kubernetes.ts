import { addressOfText } from "./address.ts";
import type { InventoryBuilder } from "./builder.ts";
import type { Address, ResourceKind } from "./inventory.ts";
import type { YamlValue } from "./yaml-value.ts";

/** The operators that make resources of AWS from manifests: ACK, and Crossplane's providers. */
const OPERATORS = /^(sqs|sns|kinesis)\.(services\.k8s\.aws|aws\.(?:m\.)?(?:upbound\.io|crossplane\.io))\//;

const KINDS: Readonly<Record<string, ResourceKind>> = { Queue: "queue", Topic: "topic", Stream: "stream" };

/** Whether a file is a manifest of Kubernetes or a template of one. */
export function isKubernetes(name: string, text: string): boolean {
  return /\.ya?ml$/.test(name) && /^apiVersion:/m.test(text) && /^kind:/m.test(text);
}

/** Helm's templates are no YAML: what is between the braces becomes a word of the same length. */
export function withoutTemplates(text: string): string {
  return text
    .replaceAll(/^[ \t]*\{\{[^\n]*\}\}[ \t]*$/gm, (line) => " ".repeat(line.length))
    .replaceAll(/\{\{(?:[^{}\n]|\{(?!\{)|\}(?!\}))*\}\}/g, (part) => "_".repeat(part.length));
}

/** Reads one manifest: queues that an operator makes, and what scales by a queue's length. */
export function readManifest(builder: InventoryBuilder, manifest: YamlValue): void {
  const [version, kind] = [manifest.at("apiVersion").text ?? "", manifest.at("kind").text ?? ""];
  if (OPERATORS.test(version)) readOperated(builder, manifest, kind);
  if (kind === "ScaledObject" || kind === "ScaledJob") readScaler(builder, manifest.at("spec", "triggers"));
}

function readOperated(builder: InventoryBuilder, manifest: YamlValue, type: string): void {
  const metadata = manifest.at("metadata");
  const provider = manifest.at("spec", "forProvider");
  const spec = provider.isEmpty ? manifest.at("spec") : provider;
  const kind = KINDS[type];
  if (kind === undefined) {
    if (type.endsWith("Subscription")) readSubscription(builder, manifest, spec);
    else if (type.endsWith("Policy")) builder.flag("IAM_POLICY", manifest.offset, type);
    return;
  }
  const reference = metadata.at("name").text ?? "";
  const external = metadata.at("annotations", "crossplane.io/external-name").text;
  const name =
    external ?? spec.at("queueName").text ?? spec.at("name").text ?? (provider.isEmpty ? undefined : reference);
  const [redrive, shards] = [spec.at("redrivePolicy").text, Number(spec.at("shardCount").text)];
  const target = /deadLetterTargetArn\\?"\s*:\s*\\?"([^"\\]+)/.exec(redrive ?? "")?.[1];
  const count = Number(/maxReceiveCount\\?"\s*:\s*\\?"?(\d+)/.exec(redrive ?? "")?.[1]);
  builder.resource(manifest.offset, {
    kind,
    reference,
    ...(name === undefined ? {} : { name }),
    fifo:
      spec.at("fifoQueue").text === "true" || spec.at("fifoTopic").text === "true" || name?.endsWith(".fifo") === true,
    attributes: {},
    ...(target === undefined ? {} : { deadLetterTarget: addressOfText(target) }),
    ...(Number.isInteger(count) ? { maxReceiveCount: count } : {}),
    ...(Number.isInteger(shards) && shards > 0 ? { shards } : {}),
    isReference: false,
  });
}

function readSubscription(builder: InventoryBuilder, manifest: YamlValue, spec: YamlValue): void {
  const protocol = spec.at("protocol").text ?? "unknown";
  const filter = spec.at("filterPolicy").text;
  builder.subscription(manifest.offset, {
    topic: addressIn(builder, spec, "topic"),
    protocol,
    endpoint: addressIn(builder, spec, "endpoint"),
    ...(filter === undefined ? {} : { filterPolicy: filter }),
    rawMessageDelivery: spec.at("rawMessageDelivery").text === "true",
  });
  if (!/^(sqs|https?|unknown)$/.test(protocol))
    builder.flag("SUBSCRIPTION_PROTOCOL", manifest.offset, `protocol ${protocol}`);
}

/** `topicARN`, `topicArn`, `topicRef: { from: { name } }`, `topicArnRef: { name }`. */
function addressIn(builder: InventoryBuilder, spec: YamlValue, what: string): Address {
  const given = ["", "ARN", "Arn"].map((end) => spec.at(`${what}${end}`).text).find((text) => text !== undefined);
  if (given !== undefined) return addressOfText(given);
  const name = ["Ref", "ArnRef"]
    .flatMap((end) => [spec.at(`${what}${end}`, "name").text, spec.at(`${what}${end}`, "from", "name").text])
    .find((text) => text !== undefined);
  return name === undefined ? { by: "unknown", text: "" } : { by: "reference", reference: builder.scoped(name) };
}

function readScaler(builder: InventoryBuilder, triggers: YamlValue): void {
  for (const trigger of triggers.items) {
    const type = trigger.at("type").text ?? "";
    if (/^aws-(sqs-queue|kinesis-stream)$/.test(type)) builder.flag("ALARM", trigger.offset, `${type} scales this`);
  }
}
