import { expect, test } from "vitest";
import { silentProgress } from "../report/progress.ts";
import { effort } from "./effort.ts";
import type { Measurement } from "./figure.ts";
import { runScenarios } from "./run-scenarios.ts";
import type { Measuring, Scenario } from "./scenario.ts";

test("each figure is held against its target", async () => {
  const figures = await runScenarios(running(), [scenario("a", 0.9), scenario("b", 0.7)], ignore);
  expect(figures.map(({ name, value, pass }) => ({ name, value, pass }))).toEqual([
    { name: "a", value: 0.9, pass: true },
    { name: "b", value: 0.7, pass: false },
  ]);
});

test("a scenario that fails says why, and the others run", async () => {
  const broken = { ...scenario("a", 1), measure: () => Promise.reject(new Error("no broker")) };
  const figures = await runScenarios(running(), [broken, scenario("b", 1)], ignore);
  expect(figures[0]).toMatchObject({ name: "a", value: null, pass: false, error: "no broker" });
  expect(figures[1]).toMatchObject({ name: "b", pass: true });
});

test("a scenario whose library throws out of an event handler fails alone", async () => {
  // The test runner's own would fail this test.
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const throwing = (): Promise<never> => {
    setImmediate(() => {
      throw new Error("Unknown response 22");
    });
    return new Promise(ignore);
  };
  const figures = await runScenarios(running(), [{ ...scenario("a", 1), measure: throwing }, scenario("b", 1)], ignore);
  for (const listener of others) process.on("uncaughtException", listener);
  expect(figures[0]).toMatchObject({ name: "a", value: null, pass: false, error: "Unknown response 22" });
  expect(figures[1]).toMatchObject({ name: "b", pass: true });
});

test("a figure that cannot be had says why", async () => {
  const old = { ...scenario("a", 1), measure: () => Promise.resolve({ a: { notMeasured: "the broker is too old" } }) };
  const [figure] = await runScenarios(running(), [old], ignore);
  expect(figure).toMatchObject({ name: "a", value: null, pass: false, error: "the broker is too old" });
});

test("a figure that its scenario forgot is a failure", async () => {
  const forgetful = { ...scenario("a", 1), measure: () => Promise.resolve({}) };
  const [figure] = await runScenarios(running(), [forgetful], ignore);
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
  const figures = await runScenarios(running(interrupt.signal), scenarios, ignore);
  expect(figures.map(({ name }) => name)).toEqual(["a"]);
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
