import { invalidParameter } from "../errors.ts";
import { optionalText, textEntries } from "../input.ts";
import type { TextMap } from "../sns-registry.ts";
import { parseTopicAttributes } from "../topic-attributes.ts";
import { isFifoName } from "../topic-facts.ts";
import { validateTags } from "./tags.ts";

// AWS allows 256 characters; a RabbitMQ exchange's name has 255 bytes.
const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const FIFO_NAME = /^[A-Za-z0-9_-]{1,250}\.fifo$/;

/** A CreateTopic, checked. */
export interface ValidCreateTopic {
  readonly name: string;
  readonly attributes: TextMap;
  readonly tags: TextMap;
  readonly dataProtectionPolicy: string | undefined;
}

/** @throws OperationError `InvalidParameter` */
export function validateCreateTopic(input: {
  readonly Name?: unknown;
  readonly Attributes?: unknown;
  readonly Tags?: unknown;
  readonly DataProtectionPolicy?: unknown;
}): ValidCreateTopic {
  const name = optionalText(input.Name) ?? "";
  const requested = textEntries(input.Attributes);
  const fifo = requested.some(([attribute, value]) => attribute === "FifoTopic" && isTrue(value));
  if (!(fifo ? FIFO_NAME : NAME).test(name)) throw invalidParameter("Topic Name");
  const attributes = parseTopicAttributes(
    requested.filter(([attribute, value]) => attribute !== "FifoTopic" || isTrue(value)),
    isFifoName(name),
  );
  const tags = validateTags(input.Tags);
  return { name, attributes, tags, dataProtectionPolicy: validateDataProtectionPolicy(input.DataProtectionPolicy) };
}

function isTrue(fifoTopic: string): boolean {
  const lower = fifoTopic.toLowerCase();
  if (lower === "true" || lower === "false") return lower === "true";
  throw invalidParameter(`Attributes Reason: FifoTopic: Invalid value [${fifoTopic}]. Must be true or false.`);
}

/** A DataProtectionPolicy is stored, not applied; it must be JSON. @throws OperationError `InvalidParameter` */
export function validateDataProtectionPolicy(value: unknown): string | undefined {
  const policy = optionalText(value);
  if (policy === undefined || policy === "") return policy;
  try {
    JSON.parse(policy);
    return policy;
  } catch {
    throw invalidParameter("DataProtectionPolicy Reason: the policy is not valid JSON");
  }
}
