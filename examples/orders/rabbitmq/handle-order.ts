import { setTimeout as sleep } from "node:timers/promises";
import { isLarge } from "./order.ts";
import type { Order } from "./order.ts";

const WORK_MS = 4;
const WORK_ON_LARGE_ORDER_MS = 3_000;

/** Handles one order. Rejects when the payment is declined. */
export async function handleOrder(order: Order, attempt: number): Promise<void> {
  await sleep(isLarge(order) ? WORK_ON_LARGE_ORDER_MS : WORK_MS);
  if (order.card === "flaky" && attempt === 1) throw new Error(`payment of order ${order.id} was declined`);
}
