import { expect, it } from "vitest";
import { mapDifference } from "./map-difference.ts";

it("names only what changes", () => {
  expect(mapDifference({ kept: "1", changed: "1", gone: "1" }, { kept: "1", changed: "2", added: "3" })).toEqual({
    set: { changed: "2", added: "3" },
    removed: ["gone"],
  });
});
