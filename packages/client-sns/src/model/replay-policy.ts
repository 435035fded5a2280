import { parseJsonMap } from "@warrenmq/core/queues";
import { invalidParameter } from "./errors.ts";
import type { TextMap, TopicRecord } from "./sns-registry.ts";
import { archiveDays } from "./topic-attributes.ts";

/** Which archived messages a subscription gets again. Times in milliseconds since the epoch. */
export interface ReplayPolicy {
  readonly fromMs: number;
  /** Absent: up to the time at which the replay starts, after which new messages follow anyway. */
  readonly toMs: number | undefined;
}

/** Reads a ReplayPolicy attribute. @throws OperationError `InvalidParameter` */
export function parseReplayPolicy(text: string, fifoTopic: boolean): ReplayPolicy {
  if (!fifoTopic) throw invalidParameter("ReplayPolicy Reason: Replay is only supported on FIFO topics");
  const policy = parseJsonMap(text);
  if (policy === undefined) throw invalidParameter("ReplayPolicy: failed to parse JSON.");
  if (policy.get("PointType") !== "Timestamp") throw invalidParameter("ReplayPolicy: PointType must be Timestamp");
  const fromMs = timeOf(policy.get("StartingPoint"), "StartingPoint");
  const end = policy.get("EndingPoint");
  const toMs = end === undefined ? undefined : timeOf(end, "EndingPoint");
  if (toMs !== undefined && toMs < fromMs)
    throw invalidParameter("ReplayPolicy: EndingPoint must be after StartingPoint");
  return { fromMs, toMs };
}

/** AWS replays what its topic archives. @throws OperationError `InvalidParameter` when the topic archives nothing */
export function checkReplay(topic: TopicRecord, { ReplayPolicy: policy }: TextMap): void {
  if (policy === undefined || archiveDays(topic.attributes) !== undefined) return;
  throw invalidParameter("ReplayPolicy Reason: The topic has no ArchivePolicy");
}

function timeOf(value: unknown, name: string): number {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw invalidParameter(`ReplayPolicy: ${name} must be a timestamp such as 2024-01-31T12:00:00.000Z`);
}
