import { expect, test } from "vitest";
import { until } from "./until.ts";

test("until resolves to the first value that is neither false nor undefined, zero included", async () => {
  const values = [false, undefined, 0];
  expect(await until(() => values.shift(), { what: "a value", intervalMs: 1 })).toBe(0);
});

test("until says what it waited for in vain", async () => {
  const never = until(() => false, { what: "Godot", timeoutMs: 5, intervalMs: 1 });
  await expect(never).rejects.toThrow("waited 5 ms in vain for Godot");
});

test("an error in the condition ends the wait at once", async () => {
  const failing = until(() => Promise.reject(new Error("broken")), { what: "anything" });
  await expect(failing).rejects.toThrow("broken");
});
