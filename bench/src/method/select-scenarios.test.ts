import { expect, test } from "vitest";
import type { Scenario } from "./scenario.ts";
import { selectScenarios } from "./select-scenarios.ts";

const send = scenario("send", ["send"]);
const idle = scenario("idle", ["idle-cpu", "idle-held"]);

test("everything runs when nothing is named", () => {
  expect(selectScenarios([send, idle], [])).toEqual([send, idle]);
});

test("the name of a figure selects the scenario that measures it", () => {
  expect(selectScenarios([send, idle], ["idle-held"])).toEqual([idle]);
});

test("the name of a scenario selects all its figures", () => {
  expect(selectScenarios([send, idle], ["idle"])).toEqual([idle]);
});

test("an unknown name is refused with the names there are", () => {
  expect(() => selectScenarios([send, idle], ["send", "fast"])).toThrow(
    "there is no figure named fast; there are: send, idle, idle-cpu, idle-held",
  );
});

function scenario(name: string, figures: readonly string[]): Scenario {
  const specs = figures.map((figure) => ({ name: figure, title: figure, unit: "×", target: { atMost: 1 } }));
  return { name, figures: specs, measure: () => Promise.resolve({}) };
}
