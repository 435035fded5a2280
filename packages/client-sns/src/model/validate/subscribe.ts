import { parseArn } from "@warrenmq/core/internal";
import type { OperationError } from "@warrenmq/core/internal";
import { invalidParameter, unsupported } from "../errors.ts";
import { optionalText, textEntries } from "../input.ts";
import type { Protocol, TextMap } from "../sns-registry.ts";
import { parseSubscriptionAttributes, type SubscriptionKind } from "../subscription-attributes.ts";
import { isFifoName } from "../topic-facts.ts";

/** A Subscribe, checked; the topic was checked before. */
export interface ValidSubscribe {
  readonly protocol: Protocol;
  /** As given: an ARN, or a URL. */
  readonly endpoint: string;
  /** Of an `sqs` subscription. */
  readonly queueName: string | undefined;
  readonly attributes: TextMap;
}

/** What to use instead of a protocol that a broker cannot serve. */
const INSTEAD: Readonly<Record<string, string>> = {
  sms: "Subscribe an SQS queue and send the text messages from its consumer.",
  email: "Subscribe an SQS queue and send the mail from its consumer.",
  "email-json": "Subscribe an SQS queue and send the mail from its consumer.",
  application: "Subscribe an SQS queue and call the push service from its consumer.",
  lambda: "Subscribe an SQS queue, and let a consumer call the handler.",
  firehose: "Subscribe an SQS queue, and let a consumer write to the store.",
};

/** @throws OperationError `InvalidParameter`, `UnsupportedOperation` */
export function validateSubscribe(
  input: { readonly Protocol?: unknown; readonly Endpoint?: unknown; readonly Attributes?: unknown },
  topicName: string,
): ValidSubscribe {
  const protocol = protocolOf(input.Protocol);
  const endpoint = optionalText(input.Endpoint) ?? "";
  const fifoTopic = isFifoName(topicName);
  const queueName = protocol === "sqs" ? queueOf(endpoint) : undefined;
  if (protocol !== "sqs") checkUrl(protocol, endpoint, fifoTopic);
  const kind: SubscriptionKind = { fifoTopic, protocol, fifoQueue: queueName !== undefined && isFifoName(queueName) };
  if (kind.fifoQueue && !fifoTopic) throw fifoQueueOnStandardTopic();
  return {
    protocol,
    endpoint,
    queueName,
    attributes: parseSubscriptionAttributes(textEntries(input.Attributes), kind),
  };
}

/** The name of the queue that an ARN of SQS names; `undefined` when it names none. */
export function queueNameOf(endpoint: string): string | undefined {
  const arn = parseArn(endpoint);
  return arn?.service === "sqs" ? arn.resource : undefined;
}

function protocolOf(value: unknown): Protocol {
  const protocol = optionalText(value) ?? "";
  if (protocol === "sqs" || protocol === "http" || protocol === "https") return protocol;
  const instead = INSTEAD[protocol];
  if (instead !== undefined) throw unsupported(`A subscription with the protocol ${protocol}`, instead);
  throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
}

function queueOf(endpoint: string): string {
  const name = queueNameOf(endpoint);
  if (name === undefined) throw invalidParameter("SQS endpoint ARN");
  return name;
}

function checkUrl(protocol: Protocol, endpoint: string, fifoTopic: boolean): void {
  if (fifoTopic)
    throw invalidParameter(`Invalid parameter: Endpoint Reason: FIFO topics support only the protocol sqs`);
  if (!endpoint.startsWith(`${protocol}://`)) {
    throw invalidParameter("Endpoint must match the specified protocol");
  }
  if (!URL.canParse(endpoint)) throw invalidParameter("Endpoint Reason: not a URL");
}

function fifoQueueOnStandardTopic(): OperationError {
  return invalidParameter(
    "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
  );
}
