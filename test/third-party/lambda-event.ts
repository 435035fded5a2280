import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@warrenmq/client-sqs";
import type { Message, SQSClient } from "@warrenmq/client-sqs";

/** A record as Lambda hands it to the function of an SQS event source. */
export interface LambdaSqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<
    Record<string, { stringValue?: string; binaryValue?: string; dataType: string }>
  >;
  readonly md5OfBody: string;
  readonly eventSource: "aws:sqs";
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/** What Lambda calls the function of an SQS event source with. */
export interface LambdaSqsEvent {
  readonly Records: LambdaSqsRecord[];
}

/** What a function returns that reports batch item failures. */
export interface LambdaBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** A function of an SQS event source. */
export type LambdaSqsHandler = (event: LambdaSqsEvent) => Promise<LambdaBatchResponse>;

/**
 * Does once what Lambda's event source mapping does: receives a batch, calls the function with it, and deletes what it did not
 * report as failed. Returns the failures. The rest comes back after its visibility timeout.
 */
export async function invokeWithBatch(
  client: SQSClient,
  queueUrl: string,
  handler: LambdaSqsHandler,
): Promise<LambdaBatchResponse["batchItemFailures"]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 5,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  const records = Messages.map((message) => toRecord(message, queueUrl));
  const { batchItemFailures } = await handler({ Records: records });
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const Entries = records
    .filter(({ messageId }) => !failed.has(messageId))
    .map(({ messageId, receiptHandle }) => ({ Id: messageId, ReceiptHandle: receiptHandle }));
  if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  return batchItemFailures;
}

function toRecord(message: Message, queueUrl: string): LambdaSqsRecord {
  const [account, name] = queueUrl.split("/").slice(-2);
  const { MessageId = "", ReceiptHandle = "", Body = "", MD5OfBody = "", Attributes = {} } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([key, { DataType = "", StringValue, BinaryValue }]) => [
        key,
        {
          dataType: DataType,
          ...(StringValue === undefined ? {} : { stringValue: StringValue }),
          ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
        },
      ]),
    ),
    md5OfBody: MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:us-east-1:${account}:${name}`,
    awsRegion: "us-east-1",
  };
}
