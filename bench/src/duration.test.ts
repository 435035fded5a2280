import { expect, test } from "vitest";
import { parseDuration } from "./duration.ts";

test.each([
  ["60s", 60],
  ["30m", 1800],
  ["2h", 7200],
])("%s is %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(["", "30", "0s", "1.5m", "-1s", "30m ", "soon"])("'%s' is refused with what is expected", (text) => {
  expect(() => parseDuration(text)).toThrow("is not a duration such as 60s, 30m or 2h");
});
