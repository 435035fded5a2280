import { expect, test } from "vitest";
import { GroupOrder } from "./group-order.ts";

test("groups may mix, and each must keep its order", () => {
  const order = new GroupOrder();
  for (const body of ["1 0 a", "2 0 a", "1 1 a", "1 2 a", "2 1 a"]) order.check(body);
  expect(() => order.check("2 3 a")).toThrow("group 2: message 3 came where 2 was next");
  expect(() => order.check("1 2 a")).toThrow("group 1: message 2 came where 3 was next");
});
