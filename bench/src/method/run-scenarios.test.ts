import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { silentProgress } from "../report/progress.ts";
import { effort } from "./effort.ts";
import type { Measurement } from "./figure.ts";
import { runScenarios } from "./run-scenarios.ts";
import type { Measuring, Scenario } from "./scenario.ts";

test("each figure is held against its target", async () => {
  const figures = await runScenarios(running(), [scenario("a", 0.9), scenario("b", 0.7)], { onFigures: ignore });
  expect(figures.map(({ name, value, pass }) => ({ name, value, pass }))).toEqual([
    { name: "a", value: 0.9, pass: true },
    { name: "b", value: 0.7, pass: false },
  ]);
});

test("a scenario that fails says why, and the others run", async () => {
  const broken = { ...scenario("a", 1), measure: () => Promise.reject(new Error("no broker")) };
  const figures = await runScenarios(running(), [broken, scenario("b", 1)], { onFigures: ignore });
  expect(figures[0]).toMatchObject({ name: "a", value: null, pass: false, error: "no broker" });
  expect(figures[1]).toMatchObject({ name: "b", pass: true });
});

test("a figure that cannot be had says why", async () => {
  const old = { ...scenario("a", 1), measure: () => Promise.resolve({ a: { notMeasured: "the broker is too old" } }) };
  const [figure] = await runScenarios(running(), [old], { onFigures: ignore });
  expect(figure).toMatchObject({ name: "a", value: null, pass: false, error: "the broker is too old" });
});

test("a figure that its scenario forgot is a failure", async () => {
  const forgetful = { ...scenario("a", 1), measure: () => Promise.resolve({}) };
  const [figure] = await runScenarios(running(), [forgetful], { onFigures: ignore });
  expect(figure).toMatchObject({ name: "a", value: null, pass: false });
});

test("an interrupted run returns what it had measured until then", async () => {
  const interrupt = new AbortController();
  const interrupted = {
    ...scenario("b", 1),
    measure: (): Promise<never> => {
      interrupt.abort(new Error("interrupted"));
      return Promise.reject(new Error("interrupted"));
    },
  };
  const scenarios = [scenario("a", 1), interrupted, scenario("c", 1)];
  const figures = await runScenarios(running(interrupt.signal), scenarios, { onFigures: ignore });
  expect(figures.map(({ name }) => name)).toEqual(["a"]);
});

test("a scenario that takes too long is told so, and ends as a failure", async () => {
  let reason: unknown;
  const endless: Scenario<Measuring> = {
    ...scenario("a", 1),
    limitSeconds: 0.01,
    measure: ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        signal.addEventListener("abort", () => (reason = signal.reason));
      }),
  };
  const figures = await runScenarios(running(), [endless, scenario("b", 1)], { onFigures: ignore });
  expect(figures).toMatchObject([{ value: null, error: "it took longer than 0.01 s" }, { value: 1 }]);
  expect(reason).toBeInstanceOf(Error);
});

test("a scenario that does not even end when it is told to keeps nothing from running", async () => {
  const deaf: Scenario<Measuring> = { ...scenario("a", 1), limitSeconds: 0.01, measure: () => new Promise(ignore) };
  const figures = await runScenarios(running(), [deaf, scenario("b", 1)], { onFigures: ignore, tidyMs: 1 });
  expect(figures).toMatchObject([{ value: null }, { value: 1 }]);
});

test("an error that nobody catches fails the scenario that runs, and not the process", async () => {
  const strayErrors = new EventEmitter();
  const crashing: Scenario<Measuring> = {
    ...scenario("a", 1),
    measure: () => {
      queueMicrotask(() => strayErrors.emit("uncaughtException", new Error("read ECONNRESET")));
      return new Promise(ignore);
    },
  };
  const figures = await runScenarios(running(), [crashing, scenario("b", 1)], {
    onFigures: ignore,
    strayErrors,
    tidyMs: 1,
  });
  expect(figures).toMatchObject([{ value: null, error: "read ECONNRESET" }, { value: 1 }]);
  expect(strayErrors.listenerCount("uncaughtException")).toBe(0);
});

test("no scenario begins when the time for all is over", async () => {
  const figures = await runScenarios(running(), [scenario("a", 1)], { onFigures: ignore, totalSeconds: 0 });
  expect(figures).toMatchObject([{ name: "a", value: null, error: expect.stringContaining("whole run was over") }]);
});

function running(signal: AbortSignal = new AbortController().signal): Measuring {
  return { effort: effort(true, undefined), progress: silentProgress, signal };
}

function scenario(name: string, value: number): Scenario<Measuring> {
  const figure = { name, title: name, unit: "×", target: { atLeast: 0.8 } };
  const measured: Readonly<Record<string, Measurement>> = { [name]: { value } };
  return { name, figures: [figure], measure: () => Promise.resolve(measured) };
}

const ignore = (): void => undefined;
