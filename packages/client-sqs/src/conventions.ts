import { parseQueueUrl, type MessagingCall, type MessagingConventions } from "@warrenmq/core/internal";

/** How OpenTelemetry's conventions for messaging name the operations about messages. */
const CALLS: ReadonlyMap<string, Pick<MessagingCall, "operation" | "type">> = new Map([
  ["SendMessage", { operation: "send", type: "send" }],
  ["SendMessageBatch", { operation: "send", type: "send" }],
  ["ReceiveMessage", { operation: "receive", type: "receive" }],
  ["DeleteMessage", { operation: "ack", type: "settle" }],
  ["DeleteMessageBatch", { operation: "ack", type: "settle" }],
]);

/** SQS's calls as OpenTelemetry sees them. */
export const sqsConventions: MessagingConventions = {
  call(operationName, input) {
    const call = CALLS.get(operationName);
    if (call === undefined) return undefined;
    const { QueueUrl, Entries } = members(input);
    const batchSize = Array.isArray(Entries) ? Entries.length : undefined;
    return { ...call, destination: queueName(QueueUrl), batchSize };
  },
  result(operationName, output) {
    const { MessageId, Messages, Successful } = members(output);
    if (operationName === "ReceiveMessage") {
      const received = Array.isArray(Messages) ? Messages.filter((message) => typeof message === "object") : [];
      return { messages: received.length, received };
    }
    const messageId = typeof MessageId === "string" ? MessageId : undefined;
    if (!operationName.endsWith("Batch")) return { messageId, messages: 1 };
    return { messages: Array.isArray(Successful) ? Successful.length : 0 };
  },
};

function queueName(url: unknown): string | undefined {
  const parsed = typeof url === "string" ? parseQueueUrl(url) : undefined;
  return parsed?.valid === true ? parsed.queue.queueName : undefined;
}

function members(value: unknown): Readonly<Partial<Record<string, unknown>>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
