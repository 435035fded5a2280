import type { Address, ResourceKind } from "./inventory.ts";

const ARN = /^arn:aws[\w-]*:(sqs|sns|kinesis):[^:]*:[^:]*:(?:stream\/)?([^:/]+)/;
/** Of AWS and LocalStack with an account; ElasticMQ may have `/queue/` in its place. */
const QUEUE_URL = /^https?:\/\/[^/]+\/(?:(?:queue\/)?\d+|queue)\/([\w.-]+)$/;

/** A platform application of SNS, or an endpoint of one. */
const PUSH_ARN = /^arn:aws[\w-]*:sns:[^:]*:[^:]*:(?:app|endpoint)\//;

/** The address that a text is: a queue URL, an ARN, or a plain name. */
export function addressOfText(text: string): Address {
  if (PUSH_ARN.test(text)) return { by: "unknown", text };
  const name = ARN.exec(text)?.[2] ?? QUEUE_URL.exec(text)?.[1];
  if (name !== undefined) return { by: "name", name };
  return /^[\w.-]{1,256}$/.test(text) ? { by: "name", name: text } : { by: "unknown", text };
}

/** Whether a text is a queue URL or the ARN of a queue, topic or stream. */
export function isMessagingAddress(text: string): boolean {
  return ARN.test(text) || QUEUE_URL.test(text);
}

/** The kind that an ARN or URL says. */
export function kindOfText(text: string): ResourceKind | undefined {
  const service = ARN.exec(text)?.[1] ?? (QUEUE_URL.test(text) ? "sqs" : undefined);
  if (service === "sqs") return "queue";
  if (service === "sns") return "topic";
  return service === "kinesis" ? "stream" : undefined;
}
