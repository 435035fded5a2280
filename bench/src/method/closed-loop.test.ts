import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { runClosedLoop } from "./closed-loop.ts";

test("as many calls are under way as was asked for, and never more", async () => {
  let underWay = 0;
  let most = 0;
  await runClosedLoop({
    inFlight: 8,
    durationMs: 5,
    call: async () => {
      most = Math.max(most, ++underWay);
      await turn();
      underWay -= 1;
    },
  });
  expect(most).toBe(8);
  expect(underWay).toBe(0);
});

test("the rate counts messages, not calls", async () => {
  let calls = 0;
  const startMs = performance.now();
  const { perSecond } = await runClosedLoop({
    inFlight: 1,
    durationMs: 20,
    messagesPerCall: 10,
    call: async () => {
      calls += 1;
      await turn();
    },
  });
  const longestSeconds = (performance.now() - startMs) / 1000;
  expect(perSecond).toBeGreaterThanOrEqual((10 * calls) / longestSeconds);
  expect(perSecond).toBeLessThanOrEqual((10 * calls) / 0.02);
});

test("a call that fails ends the round", async () => {
  const round = runClosedLoop({ inFlight: 4, durationMs: 1000, call: () => Promise.reject(new Error("no broker")) });
  await expect(round).rejects.toThrow("no broker");
});
