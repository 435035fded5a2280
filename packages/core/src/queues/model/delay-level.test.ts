import { describe, expect, it } from "vitest";
import { delayLevels } from "./delay-level.ts";

const DELAYS = Array.from({ length: 900 }, (_, index) => index + 1);

describe("delay levels", () => {
  it("add up to the delay", () => {
    for (const delay of DELAYS) {
      const { longSeconds, shortSeconds } = delayLevels(delay);
      expect(longSeconds + shortSeconds).toBe(delay);
    }
  });

  it("need no more than 59 queues for all 900 delays", () => {
    const queues = new Set(
      DELAYS.map(delayLevels)
        .flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds])
        .filter((seconds) => seconds > 0),
    );
    expect(queues.size).toBe(59);
  });

  it("take one hop for the delays that are common", () => {
    for (const delay of [1, 2, 3, 5, 10, 15, 20, 30, 60, 90, 120, 180, 300, 600, 900]) {
      const { longSeconds, shortSeconds } = delayLevels(delay);
      expect([longSeconds, shortSeconds]).toContain(0);
    }
  });
});
