// An application module, as they are written for the AWS SDK in CommonJS.
const { SQSClient, SendMessageCommand } = require("@warrenmq/client-sqs");

const client = new SQSClient({});

exports.placeOrder = async (queueUrl, order) => {
  const { MessageId } = await client.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(order) }),
  );
  return MessageId;
};
