// An application module, as they are written for the AWS SDK.
import { SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";

const client = new SQSClient({});

export async function placeOrder(QueueUrl, order) {
  const command = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(order) });
  return (await client.send(command)).MessageId;
}
