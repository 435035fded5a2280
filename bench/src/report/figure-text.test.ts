import { expect, test } from "vitest";
import { failedFigure, judge } from "../method/figure.ts";
import type { FigureSpec } from "../method/figure.ts";
import { amount, detailsText, targetText, valueText, verdict } from "./figure-text.ts";

const spec: FigureSpec = { name: "send", title: "send against publish", unit: "×", target: { atMost: 1.15 } };

test("a figure stands beside its target with a verdict", () => {
  const passed = judge(spec, { value: 1.0312 });
  expect([valueText(passed), targetText(passed), verdict(passed)]).toEqual(["1.03 ×", "≤ 1.15 ×", "pass"]);
  expect(verdict(judge(spec, { value: 1.2 }))).toBe("short");
});

test("a value that prints like its target but misses it is short", () => {
  const missed = judge(spec, { value: 1.1501 });
  expect(valueText(missed)).toBe("1.15 ×");
  expect(verdict(missed)).toBe("short");
});

test("what could not be measured says why, and has no value", () => {
  const failed = failedFigure(spec, new Error("no broker"));
  expect([valueText(failed), verdict(failed), detailsText(failed)]).toEqual(["–", "failed", "no broker"]);
});

test("the sides behind a ratio stand a line each", () => {
  const details = { warrenmq: { perSecond: 9123.4, p50Ms: 0.934 }, amqplib: { perSecond: 10000 } };
  expect(detailsText(judge(spec, { value: 1, details }))).toBe(
    "warrenmq: perSecond 9123, p50Ms 0.934\namqplib: perSecond 10000",
  );
});

test.each([
  [0, "0"],
  [0.012345, "0.0123"],
  [16.24, "16.2"],
  [12345.6, "12346"],
])("%d is written as %s", (value, text) => {
  expect(amount(value)).toBe(text);
});
