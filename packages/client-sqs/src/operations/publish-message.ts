import type { SendMessageResult } from "@aws-sdk/client-sqs";
import { randomUUID } from "node:crypto";
import { md5 } from "../model/md5.ts";
import { md5OfMessageAttributes } from "../model/message-attribute-digest.ts";
import type { MessageAttributes } from "../model/message-attribute.ts";
import type { ValidSendMessage } from "../model/validate/send-message.ts";
import { encodeMessage } from "../model/wire/encode-message.ts";
import type { SqsContext } from "./context.ts";
import type { Queue } from "./queue-lookup.ts";

/** Publishes one checked message to its queue, at once or delayed, and waits for the broker's confirm. */
export async function publishMessage(
  { sqs, call, deadline, accountId }: SqsContext,
  queue: Queue,
  message: ValidSendMessage,
): Promise<SendMessageResult> {
  const messageId = randomUUID();
  const systemAttributes = withTraceHeader(message.systemAttributes, call.traceHeader);
  const wire = encodeMessage({
    messageId,
    body: message.body,
    attributes: message.attributes,
    systemAttributes,
    sentTimestampMs: Date.now(),
    senderId: accountId,
    messageGroupId: message.messageGroupId,
  });
  await sqs.publish(queue.name, message.delaySeconds ?? queue.facts.delaySeconds, wire, deadline);
  const result: SendMessageResult = { MD5OfMessageBody: md5(message.body), MessageId: messageId };
  const attributesMd5 = md5OfMessageAttributes(message.attributes);
  if (attributesMd5 !== undefined) result.MD5OfMessageAttributes = attributesMd5;
  const systemMd5 = md5OfMessageAttributes(message.systemAttributes);
  if (systemMd5 !== undefined) result.MD5OfMessageSystemAttributes = systemMd5;
  return result;
}

/** The `X-Amzn-Trace-Id` of the request becomes AWSTraceHeader, unless the message brings its own. Recorded from AWS. */
function withTraceHeader(attributes: MessageAttributes, traceHeader: string | undefined): MessageAttributes {
  if (traceHeader === undefined || attributes.length > 0) return attributes;
  return [{ name: "AWSTraceHeader", dataType: "String", value: traceHeader }];
}
