import type { InventoryBuilder } from "../builder.ts";
import type { ResourceKind } from "../inventory.ts";
import type { Expressions, Place } from "./expressions.ts";
import type { HclBlock } from "./hcl-file.ts";
import { attributesOf, literal } from "./hcl-values.ts";
import { redriveOf } from "./redrive.ts";

/** What such modules call the name of what they make. */
const NAMES: Readonly<Record<ResourceKind, readonly string[]>> = {
  queue: ["name", "queue_name", "sqs_name", "sqs_queue_name"],
  topic: ["name", "topic_name", "sns_name", "sns_topic_name"],
  stream: ["name", "stream_name", "kinesis_stream_name"],
};

/** Reads the call of a module that is not part of the project, and whose name says that it makes a queue, topic or stream. */
export function readForeignModule(
  block: HclBlock,
  name: string,
  { builder, expressions, place }: { builder: InventoryBuilder; expressions: Expressions; place: Place },
): void {
  const source = literal(block.attributes.get("source")) ?? "";
  const words = `${name} ${source}`;
  if (!/(^|[^a-z])(sqs|sns|kinesis|queues?|topics?|dlq)([^a-z]|$)/i.test(words)) return;
  builder.flag("OPAQUE_MODULE", block.offset, `module.${name} from ${source}`);
  const kind: ResourceKind = /sns|topic/i.test(words) ? "topic" : /kinesis/i.test(words) ? "stream" : "queue";
  const reference = `module.${name}`;
  const written = NAMES[kind].map((key) => block.attributes.get(key)?.text).find((text) => text !== undefined);
  const real = expressions.text(place, written);
  const fifo = /true/.test(block.attributes.get(`fifo_${kind}`)?.text ?? "");
  const redrive = redriveOf(expressions, place, block);
  const makesDead = kind === "queue" && block.attributes.get("create_dlq")?.text.trim() === "true";
  builder.resource(block.offset, {
    kind,
    reference,
    ...(real === undefined ? {} : { name: real }),
    fifo,
    attributes: attributesOf(block, kind),
    ...redrive,
    ...(makesDead ? { deadLetterTarget: { by: "reference", reference: builder.scoped(`${reference}.dlq`) } } : {}),
    isReference: false,
  });
  if (makesDead) {
    const dead = expressions.text(place, block.attributes.get("dlq_name")?.text) ?? (real && `${real}-dlq`);
    builder.resource(block.offset, {
      kind,
      reference: `${reference}.dlq`,
      ...(dead === undefined ? {} : { name: dead }),
      fifo,
      attributes: {},
      isReference: false,
    });
  }
  if (kind !== "topic") return;
  for (const [given] of (block.attributes.get("subscriptions")?.text ?? "").matchAll(/\{[^{}]*\}/g)) {
    const endpoint = /\bendpoint\s*=\s*([^\n,}]+)/.exec(given)?.[1];
    const protocol = /\bprotocol\s*=\s*"(\w+)"/.exec(given)?.[1];
    if (endpoint === undefined || protocol === undefined) continue;
    builder.subscription(block.offset, {
      topic: { by: "reference", reference: builder.scoped(reference) },
      protocol,
      endpoint: expressions.address(place, endpoint, block, protocol === "sqs" ? "queue" : undefined),
      rawMessageDelivery: /\braw_message_delivery\s*=\s*true/.test(given),
    });
    if (!/^(sqs|https?|lambda)$/.test(protocol))
      builder.flag("SUBSCRIPTION_PROTOCOL", block.offset, `protocol ${protocol}`);
  }
}
