import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decodeToken, encodeToken } from "./next-token.ts";
import { thrownBy } from "./thrown-by.test.helper.ts";
import { timeText } from "./time-text.ts";

const NOW = Date.UTC(2015, 0, 22, 1, 22, 2);

it("a token carries its request for 300 seconds", () => {
  const token = encodeToken({ streamName: "clicks", after: "shardId-1", filter: "AT_LATEST" }, NOW);
  expect(decodeToken(token, NOW + 300_000)).toMatchObject({
    streamName: "clicks",
    after: "shardId-1",
    filter: "AT_LATEST",
  });
  expect(thrownBy(() => decodeToken(token, NOW + 300_001))).toBe(
    "ExpiredNextTokenException: NextToken expired. The NextToken was created at time Thu Jan 22 01:22:02 UTC 2015 while right " +
      "now it is Thu Jan 22 01:27:02 UTC 2015 which is further in the future than the tolerated delay of 300000 milliseconds.",
  );
});

it("anything else is no token", () => {
  for (const text of ["", "x", "bnVsbA==", "W10="]) {
    expect(thrownBy(() => decodeToken(text, NOW))).toBe("InvalidArgumentException: NextToken is invalid.");
  }
  fc.assert(fc.property(fc.string(), (text) => void thrownBy(() => decodeToken(text, NOW))));
});

it("times are written as Kinesis writes them", () => {
  expect(timeText(NOW)).toBe("Thu Jan 22 01:22:02 UTC 2015");
});
