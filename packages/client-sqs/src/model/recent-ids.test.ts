import { expect, it } from "vitest";
import { RecentIds } from "./recent-ids.ts";

it("keeps the newest ids up to its limit", () => {
  const ids = new RecentIds(2);
  for (const id of ["a", "b", "c"]) ids.add(id);
  expect(ids.takeAll().toSorted()).toEqual(["b", "c"]);
});

it("is empty after it was emptied, and fills again", () => {
  const ids = new RecentIds(2);
  for (const id of ["a", "b", "c"]) ids.add(id);
  ids.takeAll();
  expect(ids.takeAll()).toEqual([]);
  ids.add("d");
  expect(ids.takeAll()).toEqual(["d"]);
});
