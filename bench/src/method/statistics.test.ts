import { describe, expect, test } from "vitest";
import { randomNumbers } from "../workload/random.ts";
import { median, medianInterval, ratios, spread } from "./statistics.ts";

describe("the median", () => {
  test("is the middle value in numerical order", () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  test("of an even number of values lies between the two in the middle", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test("of nothing is not a number", () => {
    expect(median([])).toBeNaN();
  });

  test("leaves the values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

test("the spread goes from the smallest to the largest round", () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
});

describe("ratios", () => {
  test("compare the two values of the same round", () => {
    expect(ratios([1, 4], [2, 2])).toEqual([0.5, 2]);
  });

  test("do not show a slow-down that hit both sides of a round", () => {
    expect(ratios([80, 8], [100, 10])).toEqual([0.8, 0.8]);
  });

  test("of sides that ran a different number of rounds are refused", () => {
    expect(() => ratios([1], [1, 2])).toThrow("the same number of rounds");
  });
});

describe("the interval of a median", () => {
  test("covers the median of the distribution in 95 of 100 samples, however skewed it is", () => {
    const random = randomNumbers(7);
    let covered = 0;
    for (let sample = 0; sample < 1_000; sample++) {
      // An exponential distribution: its median is ln 2.
      const { low, high } = medianInterval(Array.from({ length: 63 }, () => -Math.log(1 - random())));
      if (low <= Math.LN2 && Math.LN2 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(930);
    expect(covered).toBeLessThan(975);
  });

  test("of few values reaches from the smallest to the largest", () => {
    expect(medianInterval([3, 1, 2])).toEqual({ low: 1, high: 3 });
  });
});
