import { partitionOf } from "./region.ts";

/** The services whose ARNs are read and written here. */
export type ArnService = "sqs" | "sns" | "kinesis";

/** An ARN in its parts: `arn:<partition>:<service>:<region>:<accountId>:<resource>`. */
export interface Arn {
  readonly partition: string;
  readonly service: ArnService;
  readonly region: string;
  readonly accountId: string;
  /**
   * What stands behind the account. SQS: the queue's name. SNS: the topic's name, or `topic:subscription-id`.
   * Kinesis: `stream/name`, or `stream/name/consumer/name:timestamp`.
   */
  readonly resource: string;
}

/** The parts that {@link buildArn} needs; the partition follows from the region. */
export type ArnParts = Omit<Arn, "partition">;

/** A subscription's ARN in its parts. */
export interface SubscriptionName {
  readonly topicName: string;
  readonly subscriptionId: string;
}

const MAX_LENGTH = 2048;
const SERVICES: ReadonlySet<string> = new Set<ArnService>(["sqs", "sns", "kinesis"]);

/** Reads an ARN of SQS, SNS or Kinesis; `undefined` for anything else. */
export function parseArn(text: string): Arn | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [prefix, partition, service, region, accountId, ...rest] = text.split(":");
  const resource = rest.join(":");
  if (prefix !== "arn" || !partition || !region || !isService(service)) return undefined;
  if (accountId === undefined || !/^\d{1,20}$/u.test(accountId) || resource === "") return undefined;
  return { partition, service, region, accountId, resource };
}

/** Writes an ARN. */
export function buildArn({ service, region, accountId, resource }: ArnParts): string {
  return `arn:${partitionOf(region).name}:${service}:${region}:${accountId}:${resource}`;
}

/** The resource part of a subscription's ARN. */
export function subscriptionResource({ topicName, subscriptionId }: SubscriptionName): string {
  return `${topicName}:${subscriptionId}`;
}

/** Reads the resource part of a subscription's ARN; `undefined` when it is a topic's. */
export function parseSubscriptionResource(resource: string): SubscriptionName | undefined {
  const [topicName, subscriptionId, ...rest] = resource.split(":");
  if (!topicName || !subscriptionId || rest.length > 0) return undefined;
  return { topicName, subscriptionId };
}

/** The resource part of a Kinesis stream's ARN. */
export function streamResource(streamName: string): string {
  return `stream/${streamName}`;
}

/** Reads a stream's name from the resource part of its ARN; `undefined` when it is something else, a consumer say. */
export function parseStreamResource(resource: string): string | undefined {
  const [kind, streamName, ...rest] = resource.split("/");
  return kind === "stream" && streamName && rest.length === 0 ? streamName : undefined;
}

function isService(word: string | undefined): word is ArnService {
  return word !== undefined && SERVICES.has(word);
}
