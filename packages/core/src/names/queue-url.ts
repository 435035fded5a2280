import { isRegion, partitionOf } from "./region.ts";

/** Which queue an address means. */
export interface QueueReference {
  readonly queueName: string;
  readonly accountId?: string;
  readonly region?: string;
}

/** The outcome of {@link parseQueueUrl}. */
export type ParsedQueueUrl =
  | { readonly valid: true; readonly queue: QueueReference }
  /** `message` is AWS's, for its `InvalidAddress` error. */
  | { readonly valid: false; readonly message: string };

/** A queue that has a URL. */
export interface QueueLocation {
  readonly queueName: string;
  readonly accountId: string;
  readonly region: string;
}

const MAX_LENGTH = 2048;
const MAX_SEGMENTS = 4;

/**
 * Reads a `QueueUrl` in any shape that stands in people's config files:
 *
 *     https://sqs.eu-central-1.amazonaws.com/123456789012/orders               AWS (also .cn, FIPS, dual stack, VPC endpoint)
 *     https://queue.amazonaws.com/123456789012/orders                          AWS, legacy: us-east-1
 *     https://eu-west-1.queue.amazonaws.com/123456789012/orders                AWS, legacy
 *     http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/orders LocalStack, "standard" and "domain" alike
 *     http://localhost:4566/queue/us-east-1/000000000000/orders                LocalStack, "path"
 *     http://localhost:4566/000000000000/orders                                LocalStack "off", ElasticMQ, moto
 *     http://localhost:9324/queue/orders                                       ElasticMQ
 *     orders                                                                   a bare name, as AWS accepts it
 *
 * The host matters only for the region: any host is accepted, and the last path segment is the name. Names may hold
 * dots and reach 255 characters, which AWS's may not: queues declared by native AMQP applications can be addressed.
 */
export function parseQueueUrl(address: string): ParsedQueueUrl {
  const queue = address.length > MAX_LENGTH ? undefined : readAddress(address);
  if (queue !== undefined) return { valid: true, queue };
  const shown = address.length > MAX_LENGTH ? `${address.slice(0, MAX_LENGTH)}…` : address;
  return { valid: false, message: `The address ${shown} is not valid for this endpoint.` };
}

/** The URL of a queue in AWS's own shape, as CreateQueue and GetQueueUrl return it. */
export function buildQueueUrl({ queueName, accountId, region }: QueueLocation): string {
  return `https://sqs.${region}.${partitionOf(region).dnsSuffix}/${accountId}/${queueName}`;
}

function readAddress(address: string): QueueReference | undefined {
  if (isQueueName(address)) return { queueName: address };
  if (!/^https?:\/\//iu.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.search !== "" || url.hash !== "") return undefined;
  return readPath(url.pathname, url.hostname);
}

function readPath(path: string, host: string): QueueReference | undefined {
  const segments = path.replace(/\/$/u, "").split("/").slice(1);
  const queueName = segments.at(-1);
  if (queueName === undefined || segments.length > MAX_SEGMENTS || !isQueueName(queueName)) return undefined;
  const account = segments.at(-2);
  const accountId = account !== undefined && /^\d{1,20}$/u.test(account) ? account : undefined;
  const region = segments.find((segment, index) => index < segments.length - 1 && isRegion(segment)) ?? regionOf(host);
  return {
    queueName,
    ...(accountId === undefined ? {} : { accountId }),
    ...(region === undefined ? {} : { region }),
  };
}

function regionOf(host: string): string | undefined {
  if (host === "queue.amazonaws.com") return "us-east-1";
  return host.split(".").find(isRegion);
}

function isQueueName(name: string): boolean {
  return /^[A-Za-z0-9_.-]{1,255}$/u.test(name) && name !== "." && name !== "..";
}
