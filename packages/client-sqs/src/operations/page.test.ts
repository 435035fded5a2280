import { expect, it } from "vitest";
import { pageOf } from "./page.ts";

it("gives everything, and no token, when MaxResults is not set", () => {
  expect(pageOf(["b", "a"], undefined, undefined)).toEqual({ names: ["a", "b"], nextToken: undefined });
});

it("goes on behind the last name of the page before, also when names came and went in between", () => {
  const first = pageOf(["a", "b", "d"], 2, undefined);
  expect(first.names).toEqual(["a", "b"]);
  expect(pageOf(["c", "d"], 2, first.nextToken)).toEqual({ names: ["c", "d"], nextToken: undefined });
});

it("has no token on the last page", () => {
  expect(pageOf(["a", "b"], 2, undefined).nextToken).toBeUndefined();
});
