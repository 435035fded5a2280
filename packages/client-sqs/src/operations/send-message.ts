import type { SendMessageCommandInput, SendMessageResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { validateSendMessage } from "../model/validate/send-message.ts";
import type { SqsContext } from "./context.ts";
import { publishFifoMessage } from "./publish-fifo-messages.ts";
import { publishMessage } from "./publish-message.ts";
import { onQueue, requireQueue } from "./queue-lookup.ts";

/** SendMessage: resolves when the broker has confirmed the message. */
export const sendMessage: Operation<SqsContext, SendMessageCommandInput, SendMessageResult> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const found = requireQueue(context, input);
    const queue = found instanceof Promise ? await found : found;
    const message = validateSendMessage(input, queue.facts);
    const sent = queue.facts.fifo
      ? publishFifoMessage(context, queue, message)
      : publishMessage(context, queue, message);
    return onQueue(context, queue.name, sent);
  },
};
