import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { MessageAttribute, MessageAttributes } from "@warrenmq/core/queues";

/**
 * Attributes as the SDK gives them to the caller. `undefined` for none, since SQS leaves the member out.
 * A Binary value is a plain `Uint8Array` of its own, as from the SDK.
 */
export function toMessageAttributeValues(
  attributes: MessageAttributes,
): Record<string, MessageAttributeValue> | undefined {
  if (attributes.length === 0) return undefined;
  // fromEntries makes an own property of `__proto__` too.
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, toValue(attribute)]));
}

function toValue({ dataType, value }: MessageAttribute): MessageAttributeValue {
  if (typeof value === "string") return { StringValue: value, DataType: dataType };
  return { BinaryValue: new Uint8Array(value), DataType: dataType };
}
