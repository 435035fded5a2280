import { now } from "./order.ts";
import type { Order } from "./order.ts";

/** What happened to some orders in one process of the service. */
export interface Report {
  readonly event: "sent" | "received" | "handled" | "failed" | "deleted";
  readonly orders: readonly Order[];
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** Tells the parent process what happened, or the terminal when the process was started by hand. Resolves once it is told. */
export async function report(event: Report["event"], orders: readonly Order[]): Promise<void> {
  const what: Report = { event, orders, at: now() };
  const send = process.send?.bind(process);
  if (send === undefined) {
    console.log(JSON.stringify(what));
    return;
  }
  await new Promise<void>((resolve, reject) => {
    send(what, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}
