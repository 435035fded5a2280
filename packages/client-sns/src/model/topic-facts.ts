import type { TopicRecord } from "./sns-registry.ts";

/** What validation and publishing need to know of a topic. */
export interface TopicFacts {
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
  /** Whether deduplication ids count within their group only. */
  readonly scopedToGroup: boolean;
  /** Bytes. */
  readonly maximumMessageSize: number;
  readonly signatureVersion: "1" | "2";
}

const DEFAULT_MAXIMUM_MESSAGE_SIZE = 262_144;
const factsOfRecord = new WeakMap<TopicRecord, TopicFacts>();

/** The facts of a topic, worked out once for each version of its record. */
export function topicFacts(record: TopicRecord): TopicFacts {
  const known = factsOfRecord.get(record);
  if (known !== undefined) return known;
  const { name, attributes } = record;
  const facts: TopicFacts = {
    fifo: isFifoName(name),
    contentBasedDeduplication: attributes["ContentBasedDeduplication"] === "true",
    scopedToGroup: attributes["FifoThroughputScope"] === "MessageGroup",
    maximumMessageSize: Number(attributes["MaximumMessageSize"] ?? DEFAULT_MAXIMUM_MESSAGE_SIZE),
    signatureVersion: attributes["SignatureVersion"] === "2" ? "2" : "1",
  };
  factsOfRecord.set(record, facts);
  return facts;
}

/** Whether a topic or queue of that name is a FIFO one. */
export function isFifoName(name: string): boolean {
  return name.endsWith(".fifo");
}
