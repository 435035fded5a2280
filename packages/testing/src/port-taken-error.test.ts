import { expect, test } from "vitest";
import { PortTakenError, withFreshPorts } from "./port-taken-error.ts";

function failing(times: number, error: Error): () => Promise<number> {
  let calls = 0;
  return () => (++calls > times ? Promise.resolve(calls) : Promise.reject(error));
}

test("a start is repeated when a port was taken under its feet", async () => {
  expect(await withFreshPorts(failing(2, new PortTakenError("taken")))).toBe(3);
});

test("a start that never finds a free port fails in the end", async () => {
  await expect(withFreshPorts(failing(100, new PortTakenError("taken")))).rejects.toThrow("taken");
});

test("another error is not repeated", async () => {
  await expect(withFreshPorts(failing(1, new Error("bad config")))).rejects.toThrow("bad config");
});
