// A producer process: node producer.js TOPIC SHOP RETAIL_ORDERS WHOLESALE_ORDERS [LARGE_ORDERS]
import { setTimeout as sleep } from "node:timers/promises";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { now } from "./order.ts";
import type { Order } from "./order.ts";
import { MAX_BATCH, publishOrder, publishOrders } from "./publish-orders.ts";
import { report } from "./report.ts";
import { createOrderTopic } from "./topic.ts";

const RETAIL_INTERVAL_MS = 8;
const LARGE_ITEMS = 500;

const [topic = "orders", shop = "shop", retail = "10", wholesale = "10", large = "0"] = process.argv.slice(2);
const sns = new SNSClient({});
const sqs = new SQSClient({});
const { topicArn } = await createOrderTopic(sns, sqs, topic);

await publishRetailOrders(Number(retail));
await publishWholesaleOrders(Number(wholesale), Number(large));
sns.destroy();
sqs.destroy();

/** Customers order one by one, at a steady pace. */
async function publishRetailOrders(count: number): Promise<void> {
  const startedAt = now();
  for (let index = 0; index < count; index++) {
    await sleep(startedAt + index * RETAIL_INTERVAL_MS - now());
    const order = placeOrder("retail", index, 1 + (index % 9));
    await publishOrder(sns, topicArn, order);
    await report("sent", [order]);
  }
}

/** Resellers hand in whole lists, as fast as they are taken. In the middle are some very large orders. */
async function publishWholesaleOrders(count: number, largeCount: number): Promise<void> {
  const middle = Math.floor(count / 2);
  for (let from = 0; from < count; from += MAX_BATCH) {
    const orders = Array.from({ length: Math.min(MAX_BATCH, count - from) }, (_, offset) => {
      const index = from + offset;
      const isLarge = index >= middle && index < middle + largeCount;
      return placeOrder("wholesale", index, isLarge ? LARGE_ITEMS : 10 + (index % 9));
    });
    await publishOrders(sns, topicArn, orders);
    await report("sent", orders);
  }
}

/** Every fiftieth customer pays with a flaky card. */
function placeOrder(kind: Order["kind"], index: number, items: number): Order {
  return { id: `${shop}-${kind}-${index}`, kind, items, card: index % 50 === 49 ? "flaky" : "good", placedAt: now() };
}
