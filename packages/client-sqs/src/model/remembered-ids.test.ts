import { expect, it } from "vitest";
import { RememberedIds } from "./remembered-ids.ts";

it("forgets the oldest ids beyond its limit", () => {
  const ids = new RememberedIds(2);
  for (const id of ["a", "b", "c"]) ids.add(id);
  expect([ids.has("a"), ids.has("b"), ids.has("c")]).toEqual([false, true, true]);
});

it("says whether an id that is deleted was there", () => {
  const ids = new RememberedIds(2);
  ids.add("a");
  expect([ids.delete("a"), ids.delete("a"), ids.isEmpty()]).toEqual([true, false, true]);
});
