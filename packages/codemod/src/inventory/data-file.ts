import { TextLines } from "../engine/text-lines.ts";
import { addressOfText, isMessagingAddress } from "./address.ts";
import { InventoryBuilder } from "./builder.ts";
import type { FileInventory } from "./builder.ts";
import { isKubernetes, readManifest, withoutTemplates } from "./kubernetes.ts";
import { YamlValue } from "./yaml-value.ts";

const ADDRESS = /arn:aws[\w-]*:(sqs|sns|kinesis):|https?:\/\/[^\s"'/]+\/(queue\/)?\d{12}\/|\/\/sqs\./;
const NAMED = /\b\w*(QUEUE|TOPIC|STREAM)_(NAME|URL|ARN)\b/;

/** Whether a YAML or JSON file has addresses of queues, topics or streams, or makes some in Kubernetes. */
export function mayHaveAddresses(name: string, text: string): boolean {
  return ADDRESS.test(text) || (isKubernetes(name, text) && (NAMED.test(text) || /sqs|sns\.|kinesis/i.test(text)));
}

/** Reads addresses from configuration: manifests and charts of Kubernetes, task definitions, workflows, settings. */
export function readDataFile(file: string, text: string): FileInventory {
  const isManifest = isKubernetes(file, text);
  const builder = new InventoryBuilder(file, isManifest ? "kubernetes" : "configuration", new TextLines(text), file);
  const documents = YamlValue.documents(isManifest ? withoutTemplates(text) : text, builder.notParsed);
  for (const document of documents) {
    if (isManifest) readManifest(builder, document);
    readAddresses(builder, document, isManifest);
  }
  return builder.result;
}

/** `QUEUE_URL: https://…`, `{ name: QUEUE_URL, value: https://… }`; addresses under other keys are told. */
function readAddresses(builder: InventoryBuilder, value: YamlValue, isManifest: boolean): void {
  const pair = value.at("name").text ?? value.at("Name").text;
  const given = value.at("value").isEmpty ? value.at("Value") : value.at("value");
  const isPair = pair !== undefined && isVariable(pair, given, isManifest);
  if (isPair) builder.variable(value.offset, pair, addressOfText(given.text ?? ""));
  for (const [key, inner, offset] of value.entries) {
    if (isPair && /^value$/i.test(key)) continue;
    if (isVariable(key, inner, isManifest)) builder.variable(offset, key, addressOfText(inner.text ?? ""));
    else if (isMessagingAddress(inner.text ?? "")) builder.flag("ADDRESS_LITERAL", offset, inner.text ?? "");
    else readAddresses(builder, inner, isManifest);
  }
  for (const item of value.items) {
    if (isMessagingAddress(item.text ?? "")) builder.flag("ADDRESS_LITERAL", item.offset, item.text ?? "");
    else readAddresses(builder, item, isManifest);
  }
}

function isVariable(key: string, value: YamlValue, isManifest: boolean): boolean {
  const text = value.text ?? "";
  if (!/^[A-Z][A-Z0-9_]+$/.test(key)) return false;
  return isMessagingAddress(text) || (isManifest && NAMED.test(key) && /^[\w.-]+$/.test(text) && !/^_+$/.test(text));
}
