import { expect, it } from "vitest";
import { deadlineIn, remainingMs, withDeadline } from "./deadline.ts";

it("never has less than nothing left", () => {
  expect(remainingMs(deadlineIn(-5))).toBe(0);
});

it("ends a wait with an error that names what was waited for", async () => {
  const never = new Promise<never>(() => undefined);
  await expect(withDeadline(never, deadlineIn(1), "open a channel")).rejects.toThrow(
    expect.objectContaining({ code: "timeout", message: expect.stringContaining("open a channel") }),
  );
});

it("passes on what came in time, be it a value or an error", async () => {
  expect(await withDeadline(Promise.resolve(1), deadlineIn(1_000), "x")).toBe(1);
  await expect(withDeadline(Promise.reject(new Error("no")), deadlineIn(1_000), "x")).rejects.toThrow("no");
});
