import type { FifoLayout } from "./fifo-layout.ts";
import type { AttributeMap, QueueRecord } from "./queue-registry.ts";

/** Whether the value is a queue as the registry's snapshots have it. */
export function isQueueRecord(value: unknown): value is QueueRecord {
  if (typeof value !== "object" || value === null) return false;
  const fields: Partial<Record<keyof QueueRecord, unknown>> = { ...value };
  const { name, attributes, tags, createdAt, modifiedAt, fifo } = fields;
  const times = typeof createdAt === "number" && typeof modifiedAt === "number";
  return (
    typeof name === "string" && times && isMap(attributes) && isMap(tags) && (fifo === undefined || isFifoLayout(fifo))
  );
}

/** Whether the value is the layout of a FIFO queue. */
export function isFifoLayout(value: unknown): value is FifoLayout {
  if (typeof value !== "object" || value === null) return false;
  const { partitions, deduplicationScope }: Partial<Record<string, unknown>> = { ...value };
  const scoped = deduplicationScope === "queue" || deduplicationScope === "messageGroup";
  return scoped && typeof partitions === "number" && Number.isInteger(partitions) && partitions > 0;
}

/** Whether the value has texts only. */
export function isMap(value: unknown): value is AttributeMap {
  return (
    typeof value === "object" && value !== null && Object.values(value).every((entry) => typeof entry === "string")
  );
}

/** Whether the value is a list of texts. */
export function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
