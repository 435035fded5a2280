import { parseArn, type MessagingConventions } from "@warrenmq/core/internal";

/** SNS's calls as OpenTelemetry sees them. */
export const snsConventions: MessagingConventions = {
  call(operationName, input) {
    if (operationName !== "Publish" && operationName !== "PublishBatch") return undefined;
    const { TopicArn, TargetArn, PublishBatchRequestEntries } = members(input);
    const batchSize = Array.isArray(PublishBatchRequestEntries) ? PublishBatchRequestEntries.length : undefined;
    return { operation: "send", type: "send", destination: topicName(TopicArn ?? TargetArn), batchSize };
  },
  result(operationName, output) {
    const { MessageId, Successful } = members(output);
    if (operationName === "PublishBatch") return { messages: Array.isArray(Successful) ? Successful.length : 0 };
    return { messageId: typeof MessageId === "string" ? MessageId : undefined, messages: 1 };
  },
};

function topicName(arn: unknown): string | undefined {
  return typeof arn === "string" ? parseArn(arn)?.resource : undefined;
}

function members(value: unknown): Readonly<Partial<Record<string, unknown>>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
