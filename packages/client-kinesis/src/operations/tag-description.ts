import type { Tag } from "@aws-sdk/client-kinesis";

/** Tags as Kinesis lists them, by key. */
export function describeTags(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}
