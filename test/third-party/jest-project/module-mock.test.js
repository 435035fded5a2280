jest.mock("@warrenmq/client-sqs", () => ({
  ...jest.requireActual("@warrenmq/client-sqs"),
  SQSClient: jest.fn(() => ({ send: async (command) => ({ MessageId: command.constructor.name }) })),
}));

const { placeOrder } = require("./orders.js");

test("jest.mock replaces the client and keeps the rest of the module", async () => {
  await expect(placeOrder("orders", {})).resolves.toBe("SendMessageCommand");
});
