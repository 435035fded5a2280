import { OperationError } from "@warrenmq/core/internal";
import { invalidAttributeValue, invalidParameterValue, unknownAttribute } from "@warrenmq/core/queues";
import { WRITABLE_ATTRIBUTES, isWritableAttributeName, type WritableAttributeName } from "./queue-attribute-table.ts";
import { booleanValue } from "./queue-attribute-value.ts";
import { validateQueueName } from "./queue-name.ts";

/**
 * The attributes of a queue that were set, each in its canonical text (`true` for `True`, `5` for `05`, compact JSON).
 * What is not here has its default. This is what the registry keeps.
 */
export type QueueAttributes = Readonly<Partial<Record<WritableAttributeName, string>>>;

/** Attributes as the caller gave them, in the caller's order. */
export type RequestedAttributes = readonly (readonly [name: string, value: string])[];

/** Reads the attributes of CreateQueue, and checks the queue's name with them. */
export function parseCreateAttributes(queueName: string, requested: RequestedAttributes): QueueAttributes {
  const fifoText = requested.find(([name]) => name === "FifoQueue")?.[1];
  // AWS takes FifoQueue=false for an attribute that a standard queue does not have.
  if (fifoText !== undefined && booleanValue("FifoQueue", fifoText) === "false") throw unknownAttribute("FifoQueue");
  const fifo = fifoText !== undefined;
  validateQueueName(queueName, fifo);
  const attributes = parseAttributes(requested, fifo);
  checkEncryption(attributes);
  checkThroughput(attributes);
  return attributes;
}

/** Reads the attributes of SetQueueAttributes and gives the queue's attributes after it. Empty policies are removed. */
export function parseSetAttributes(current: QueueAttributes, requested: RequestedAttributes): QueueAttributes {
  const fifo = current.FifoQueue === "true";
  for (const [name, value] of requested) {
    if (name !== "FifoQueue") continue;
    if (!fifo) throw unknownAttribute(name);
    if (booleanValue(name, value) === "false") {
      throw invalidAttributeValue(name, "Modifying queue type is not supported.");
    }
  }
  const changes = parseAttributes(requested, fifo);
  checkEncryption(changes);
  const next: Partial<Record<WritableAttributeName, string>> = { ...current, ...changes };
  for (const [name, value] of requested) {
    if (value === "" && isWritableAttributeName(name) && WRITABLE_ATTRIBUTES[name].removable === true)
      delete next[name];
  }
  if (changes.SqsManagedSseEnabled === "true") {
    delete next.KmsMasterKeyId;
    delete next.KmsDataKeyReusePeriodSeconds;
  }
  if (changes.KmsMasterKeyId !== undefined) next.SqsManagedSseEnabled = "false";
  checkThroughput(next);
  return next;
}

function parseAttributes(requested: RequestedAttributes, fifo: boolean): QueueAttributes {
  const attributes: Partial<Record<WritableAttributeName, string>> = {};
  for (const [name, value] of requested) {
    if (!isWritableAttributeName(name)) throw unknownAttribute(name);
    const rule = WRITABLE_ATTRIBUTES[name];
    if (rule.fifo === true && !fifo) throw fifoOnly(name);
    if (value === "" && rule.removable === true) continue;
    attributes[name] = rule.parse(name, value, fifo);
  }
  return attributes;
}

function fifoOnly(name: WritableAttributeName): OperationError {
  if (name === "ContentBasedDeduplication" || name === "FifoQueue") return unknownAttribute(name);
  return new OperationError("InvalidAttributeName", `You can specify the ${name} only when FifoQueue is set to true.`);
}

function checkEncryption(requested: QueueAttributes): void {
  if (requested.SqsManagedSseEnabled !== "true" || requested.KmsMasterKeyId === undefined) return;
  throw new OperationError(
    "InvalidAttributeName",
    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
  );
}

function checkThroughput(attributes: QueueAttributes): void {
  if (attributes.FifoThroughputLimit !== "perMessageGroupId") return;
  if (attributes.DeduplicationScope === "messageGroup") return;
  throw invalidParameterValue(
    "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup",
  );
}

/**
 * The first attribute of a CreateQueue request whose value differs from that of the queue of this name that exists, or
 * `undefined`. Attributes that the request does not give do not differ; a given default equals one that was never set.
 */
export function differingAttribute(
  existing: QueueAttributes,
  requested: QueueAttributes,
): WritableAttributeName | undefined {
  const effective = withDefaults(existing);
  for (const name of Object.keys(requested)) {
    if (isWritableAttributeName(name) && effective[name] !== requested[name]) return name;
  }
  return undefined;
}

/** `QueueNameExists`, naming the attribute that differs. */
export function queueNameExists(differing: WritableAttributeName): OperationError {
  return new OperationError(
    "QueueNameExists",
    `A queue already exists with the same name and a different value for attribute ${differing}`,
  );
}

/** The attributes of a queue with the defaults filled in, as `GetQueueAttributes` shows them. */
export function withDefaults(attributes: QueueAttributes): QueueAttributes {
  const fifo = attributes.FifoQueue === "true";
  const all: Partial<Record<WritableAttributeName, string>> = {};
  for (const name of Object.keys(WRITABLE_ATTRIBUTES)) {
    if (!isWritableAttributeName(name)) continue;
    const rule = WRITABLE_ATTRIBUTES[name];
    const value = attributes[name] ?? (rule.fifo === true && !fifo ? undefined : rule.default);
    if (value !== undefined) all[name] = value;
  }
  if (all.KmsMasterKeyId === undefined) delete all.KmsDataKeyReusePeriodSeconds;
  else {
    all.KmsDataKeyReusePeriodSeconds ??= "300";
    all.SqsManagedSseEnabled = "false";
  }
  return all;
}
