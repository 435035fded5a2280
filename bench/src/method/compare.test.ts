import { expect, test } from "vitest";
import { silentProgress } from "../report/progress.ts";
import { compare } from "./compare.ts";
import type { Side } from "./compare.ts";
import { perSecond } from "./round.ts";
import type { Measuring } from "./scenario.ts";

const bench: Measuring = {
  effort: {
    isQuick: true,
    rounds: 5,
    warmUpRounds: 1,
    roundMs: 1,
    backlog: 1,
    outstanding: 1,
    localCalls: 1,
    idleMs: 1,
  },
  progress: silentProgress,
  signal: new AbortController().signal,
};

/** A side whose rate is known at every turn. */
function sideAt(rate: () => number): Side {
  return { name: "fake", round: async () => ({ perSecond: rate(), cpuUs: 1 }) };
}

test("a known ratio is reported, with no noise where there is none", async () => {
  const { value, spread, noise } = await compare(bench, {
    subject: { ...sideAt(() => 80), name: "subject" },
    baseline: sideAt(() => 100),
    metric: perSecond,
  });
  expect(value).toBe(0.8);
  expect(spread).toEqual({ median: 0.8, min: 0.8, max: 0.8 });
  expect(noise).toEqual({ median: 1, min: 1, max: 1 });
});

test("a stall in one round moves the spread and not the value", async () => {
  let turn = 0;
  const { value, spread } = await compare(bench, {
    subject: { ...sideAt(() => (++turn === 3 ? 8 : 80)), name: "subject" },
    baseline: sideAt(() => 100),
    metric: perSecond,
  });
  expect(value).toBe(0.8);
  expect(spread).toEqual({ median: 0.8, min: 0.08, max: 0.8 });
});

test("both turns of the baseline count", async () => {
  let turn = 0;
  const { spread } = await compare(bench, {
    subject: { ...sideAt(() => 100), name: "subject" },
    baseline: sideAt(() => (++turn % 2 === 0 ? 200 : 50)),
    metric: perSecond,
  });
  expect(spread).toMatchObject({ min: 0.5, max: 2 });
});

test("a side that is only shown takes turns too and changes no ratio", async () => {
  const { value, details } = await compare(bench, {
    subject: { ...sideAt(() => 80), name: "subject" },
    baseline: sideAt(() => 100),
    beside: { ...sideAt(() => 90), name: "bound" },
    metric: perSecond,
  });
  expect(value).toBe(0.8);
  expect(details).toMatchObject({ subject: { perSecond: 80 }, fake: { perSecond: 100 }, bound: { perSecond: 90 } });
});

test("the baseline's own variation is reported as noise", async () => {
  let turn = 0;
  const { noise } = await compare(bench, {
    subject: { ...sideAt(() => 100), name: "subject" },
    baseline: sideAt(() => (++turn % 2 === 0 ? 100 : 120)),
    metric: perSecond,
  });
  expect(noise?.min).toBeLessThan(1);
  expect(noise?.max).toBeGreaterThan(1);
});
