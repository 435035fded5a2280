import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

test("the queues that ElasticMQ makes are in the inventory", async () => {
  using project = new TestProject({
    "elasticmq.conf": `include classpath("application.conf")
# queues { not-this { } }
rest-sqs { enabled = true, bind-port = 9324 }
queues {
  orders {
    defaultVisibilityTimeout = 10 seconds
    deadLettersQueue { name = "orders-dlq", maxReceiveCount = 3 }
  }
  orders-dlq { }
  "audit.fifo" = { fifo = true }
}
`,
    "src/send.js": `
const { SendMessageCommand, SQSClient } = require("@aws-sdk/client-sqs");
new SQSClient({}).send(new SendMessageCommand({ QueueUrl: "http://localhost:9324/000000000000/orders", MessageBody: "" }));
`,
    "nginx.conf": "queues { a { } }\n",
  });
  const { inventory } = await project.analyse();
  expect(inventory.resources.map(({ name, line, fifo }) => [name, line, fifo])).toEqual([
    ["orders", 5, false],
    ["orders-dlq", 9, false],
    ["audit.fifo", 10, true],
  ]);
  expect(inventory.edges.map(({ from, to }) => `${from} > ${to}`).toSorted()).toEqual([
    "actor:src/send.js > queue:orders",
    "queue:orders > queue:orders-dlq",
  ]);
});
