const { mockClient } = require("aws-sdk-client-mock");
const { SQSClient, SendMessageCommand } = require("@warrenmq/client-sqs");
const { placeOrder } = require("./orders.js");

afterEach(() => jest.restoreAllMocks());

test("jest.spyOn replaces send", async () => {
  jest.spyOn(SQSClient.prototype, "send").mockResolvedValue({ MessageId: "spied" });
  await expect(placeOrder("orders", {})).resolves.toBe("spied");
});

test("aws-sdk-client-mock replaces send", async () => {
  const mock = mockClient(SQSClient);
  mock.on(SendMessageCommand).resolves({ MessageId: "mocked" });
  await expect(placeOrder("orders", {})).resolves.toBe("mocked");
  mock.restore();
});
