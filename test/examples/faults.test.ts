import { describe, expect, test } from "vitest";
import { Books } from "../../examples/orders/demo/books.ts";
import { findFaults } from "../../examples/orders/demo/summary.ts";
import type { Order } from "../../examples/orders/rabbitmq/order.ts";
import type { Report } from "../../examples/orders/rabbitmq/report.ts";

const GOOD: Order = { id: "a", kind: "retail", items: 1, card: "good", placedAt: 1_000 };
const FLAKY: Order = { ...GOOD, id: "b", card: "flaky" };

type Step = [event: Report["event"], order: Order, at: number];

const GOOD_ORDER: readonly Step[] = [
  ["sent", GOOD, 1_001],
  ["received", GOOD, 1_010],
  ["handled", GOOD, 1_020],
  ["deleted", GOOD, 1_030],
];
const FLAKY_ORDER: readonly Step[] = [
  ["sent", FLAKY, 1_001],
  ["received", FLAKY, 1_010],
  ["failed", FLAKY, 1_020],
  ["received", FLAKY, 3_020],
  ["handled", FLAKY, 3_030],
  ["deleted", FLAKY, 3_040],
];

describe("the demo", () => {
  test("finds nothing wrong when every order was handled and deleted", () => {
    expect(faultsOf([...GOOD_ORDER, ...FLAKY_ORDER])).toEqual([]);
  });

  test("finds an order that was never handled", () => {
    const faults = faultsOf([...FLAKY_ORDER, ["sent", GOOD, 1_001]]);
    expect(faults).toEqual(["WRONG: 1 orders were never handled.", "WRONG: 1 orders were never deleted."]);
  });

  test("finds an order that was deleted and not handled", () => {
    const faults = faultsOf([...FLAKY_ORDER, ...GOOD_ORDER.filter(([event]) => event !== "handled")]);
    expect(faults).toEqual(["WRONG: 1 orders were never handled."]);
  });

  test("finds an order that came back before its visibility timeout", () => {
    const early = FLAKY_ORDER.map(([event, order, at]): Step => [event, order, at > 3_000 ? at - 1_000 : at]);
    expect(faultsOf(early)).toEqual(["WRONG: 1 declined orders came back before their visibility timeout."]);
  });

  test("finds what the queue still holds, and that nothing crashed or failed", () => {
    const copies = { invoices: 2, large: 0, wantedLarge: 1 };
    expect(findFaults({ books: booksOf(GOOD_ORDER), left: 1, heldAtCrash: 0, ...copies })).toEqual([
      "WRONG: the queue still holds 1 orders.",
      "WRONG: the queue for invoices holds 2 orders of 1.",
      "WRONG: the filtered queue holds 0 orders of 1.",
      "WRONG: no consumer crashed in mid-work.",
      "WRONG: no declined order came back.",
    ]);
  });

  test("does not expect the visibility timeout of an order whose consumer crashed", () => {
    const books = booksOf(FLAKY_ORDER.slice(0, 3));
    expect(books.bury("consumer")).toBe(1);
    books.enter({ event: "received", orders: [FLAKY], at: 1_100 }, "another consumer");
    expect(books.comebacksMs).toEqual([]);
    expect(books.retail).toMatchObject({ received: 2, redelivered: 1 });
  });
});

function faultsOf(steps: readonly Step[]): string[] {
  const books = booksOf(steps);
  return findFaults({ books, left: 0, heldAtCrash: 1, invoices: books.sent, large: 0, wantedLarge: 0 });
}

function booksOf(steps: readonly Step[]): Books {
  const books = new Books();
  for (const [event, order, at] of steps) books.enter({ event, orders: [order], at }, "consumer");
  return books;
}
