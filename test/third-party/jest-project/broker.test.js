const { QueueDoesNotExist, SQS, SQSServiceException } = require("@warrenmq/client-sqs");
const aws = require("@aws-sdk/client-sqs");
const { placeOrder } = require("./orders.js");

const QueueUrl = process.env.QUEUE_URL;

test("a module under test sends to the broker", async () => {
  const sqs = new SQS({});
  const messageId = await placeOrder(QueueUrl, { item: "book" });
  const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 5 });
  expect(Messages).toEqual([expect.objectContaining({ MessageId: messageId, Body: '{"item":"book"}' })]);
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle });
});

test("errors are instances of the exported classes, AWS's own among them", async () => {
  const error = await placeOrder(`${QueueUrl}-gone`, {}).catch((reason) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(error).toBeInstanceOf(QueueDoesNotExist);
  expect(error).toBeInstanceOf(SQSServiceException);
  expect(error).toBeInstanceOf(aws.QueueDoesNotExist);
});
