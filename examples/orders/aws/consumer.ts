// A consumer process: node consumer.js QUEUE. SIGTERM ends it in order.
import { SQSClient } from "@aws-sdk/client-sqs";
import { createOrderQueue } from "./queue.ts";
import { receiveOrders } from "./receive-orders.ts";

const [queue = "orders"] = process.argv.slice(2);
const client = new SQSClient({});
const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort());

await receiveOrders(client, await createOrderQueue(client, queue), stopping.signal);
client.destroy();
