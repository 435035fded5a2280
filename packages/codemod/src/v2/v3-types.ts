import type { Service } from "../services/service.ts";

/** What a type of v2 is in v3: a type that is imported, and what is written around it. */
export interface V3Type {
  /** Nothing, where the type is written with JavaScript's own alone. */
  readonly imported: string | undefined;
  /** `Message[]` of `Message`. */
  readonly written: (local: string) => string;
}

const STRING_MAPS =
  /^(QueueAttributeMap|TagMap|TopicAttributesMap|SubscriptionAttributesMap|MapStringToString|SMSAttributesMap)$/;
const ATTRIBUTE_MAPS = /^(MessageBodyAttributeMap|MessageAttributeMap)$/;
const STRINGS =
  /^(String|topicARN|topicName|messageId|subscriptionARN|message|subject|protocol|StreamName|StreamARN|PartitionKey|SequenceNumber|ShardId|ShardIterator|HashKey)$/;

const STRING_LISTS = /^(StringList|QueueUrlList|TagKeyList|StreamNameList|MessageAttributeNameList)$/;
const NUMBERS = /^(Integer|NullableInteger|BoxedInteger|PositiveIntegerObject)$/;

/** The counterpart of a type of v2. v2 has an alias for every list, map and string; v3 has the structures alone. */
export function typeInV3(service: Service, name: string): V3Type | undefined {
  const structure = structureName(service, name);
  if (structure !== undefined) return { imported: structure, written: (local) => local };
  const element = elementOf(service, name);
  if (element !== undefined) return { imported: element, written: (local) => `${local}[]` };
  if (ATTRIBUTE_MAPS.test(name))
    return { imported: "MessageAttributeValue", written: (local) => `Record<string, ${local}>` };
  if (STRING_MAPS.test(name)) return { imported: undefined, written: () => "Record<string, string>" };
  if (STRING_LISTS.test(name)) return { imported: undefined, written: () => "string[]" };
  if (NUMBERS.test(name)) return { imported: undefined, written: () => "number" };
  return STRINGS.test(name) ? { imported: undefined, written: () => "string" } : undefined;
}

function structureName(service: Service, name: string): string | undefined {
  if (name === "ClientConfiguration") return `${service.clientClass}Config`;
  const asInput = name.replace(/(Request|Input)$/, "CommandInput");
  const asOutput = name.replace(/(Result|Response|Output)$/, "CommandOutput");
  // v3 writes names that JavaScript has too with an underscore.
  return [name, `_${name}`, asInput, asOutput].find((candidate) => service.exports.has(candidate));
}

/** `Message` of `MessageList`, `Subscription` of `SubscriptionsList`, `QueueAttributeName` of `AttributeNameList`. */
function elementOf(service: Service, list: string): string | undefined {
  const element = /^(\w+)List$/.exec(list)?.[1];
  if (element === undefined) return undefined;
  const names = [element, `_${element}`, element.replace(/s$/, ""), `Queue${element}`];
  return names.find((candidate) => service.exports.has(candidate));
}
