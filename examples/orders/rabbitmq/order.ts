/** One order of the shop. It travels as JSON in the body of a message. */
export interface Order {
  /** `"north-retail-17"` say. */
  readonly id: string;
  /** Retail orders arrive one by one, wholesale orders in batches. */
  readonly kind: "retail" | "wholesale";
  readonly items: number;
  /** A flaky card is declined at the first attempt. */
  readonly card: "good" | "flaky";
  /** When it was placed, in milliseconds since 1970. */
  readonly placedAt: number;
}

/** An order of more items than these is large. */
export const LARGE_ORDER_ITEMS = 100;

/** Whether an order takes longer to handle than the queue's visibility timeout. */
export function isLarge(order: Order): boolean {
  return order.items > LARGE_ORDER_ITEMS;
}

/** Milliseconds since 1970, finer than `Date.now()`: latencies are small. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
