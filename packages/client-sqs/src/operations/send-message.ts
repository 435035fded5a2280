import type { SendMessageCommandInput, SendMessageResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { validateSendMessage } from "../model/validate/send-message.ts";
import type { SqsContext } from "./context.ts";
import { publishMessage } from "./publish-message.ts";
import { onQueue, requireQueue } from "./queue-lookup.ts";

/** SendMessage: resolves when the broker has confirmed the message. */
export const sendMessage: Operation<SqsContext, SendMessageCommandInput, SendMessageResult> = {
  status: "partial",
  difference: "FIFO queues are refused for now.",
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const message = validateSendMessage(input, queue.facts);
    return onQueue(context, queue.name, publishMessage(context, queue, message));
  },
};
