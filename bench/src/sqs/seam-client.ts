import { SQSClient as AwsSQSClient, SendMessageCommand, SQSServiceException } from "@aws-sdk/client-sqs";
import { attachSeam, resolveClientConfig } from "@warrenmq/core/internal";
import type { Operation } from "@warrenmq/core/internal";
import { MESSAGE_BODY } from "./message-body.ts";

const noOp: Operation<unknown, unknown, object> = {
  status: "supported",
  difference: "",
  run: () => Promise.resolve({ MessageId: "5fea7756-0ea4-451a-a703-a558b933e274" }),
};

/** A client of which nothing is WarrenMQ's but the seam: its operation answers at once, without a broker. */
export class SeamClient extends AwsSQSClient {
  constructor() {
    super(resolveClientConfig({}));
    attachSeam(this, {
      serviceName: "SQS",
      operations: { SendMessage: noOp },
      exceptions: {
        base: SQSServiceException,
        namespace: "com.amazonaws.sqs",
        queryCompatible: true,
        modelled: {},
        unmodelled: {},
      },
      contextFor: (call) => call,
    });
  }
}

/** A new command object, as applications make one for each call. */
export function seamCommand(): SendMessageCommand {
  return new SendMessageCommand({
    QueueUrl: "https://sqs.us-east-1.amazonaws.com/1/orders",
    MessageBody: MESSAGE_BODY,
  });
}
