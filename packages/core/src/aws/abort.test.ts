import { describe, expect, it } from "vitest";
import { buildAbortError, throwIfAborted, untilAborted } from "./abort.ts";

describe("an AbortError", () => {
  it("has the signal's reason as its cause, or as its message when that is a text", () => {
    const reason = new Error("the user left");
    expect(buildAbortError(AbortSignal.abort(reason))).toMatchObject({ name: "AbortError", cause: reason });
    expect(buildAbortError(AbortSignal.abort("too slow"))).toMatchObject({ name: "AbortError", message: "too slow" });
    expect(buildAbortError()).toMatchObject({ name: "AbortError", message: "Request aborted" });
  });

  it("is thrown for a signal that has fired, and only then", () => {
    expect(() => throwIfAborted(AbortSignal.abort())).toThrow("Request aborted");
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
    expect(() => throwIfAborted(undefined)).not.toThrow();
  });
});

describe("work until an abort", () => {
  it("passes its result or failure on", async () => {
    const { signal } = new AbortController();
    await expect(untilAborted(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(untilAborted(Promise.reject(new Error("failed")), signal)).rejects.toThrow("failed");
    await expect(untilAborted(Promise.resolve(1), undefined)).resolves.toBe(1);
  });

  it("rejects at once when the signal has fired before", async () => {
    const never = new Promise<never>(() => undefined);
    await expect(untilAborted(never, AbortSignal.abort("gone"))).rejects.toMatchObject({
      name: "AbortError",
      message: "gone",
    });
  });

  it("rejects at the abort, and a later failure of the work goes nowhere", async () => {
    const controller = new AbortController();
    const failure = new AbortController();
    const work = new Promise<never>((_resolve, reject) => {
      failure.signal.addEventListener("abort", () => reject(new Error("too late")));
    });
    const result = untilAborted(work, controller.signal);
    controller.abort();
    await expect(result).rejects.toMatchObject({ name: "AbortError" });
    // An unhandled rejection would fail the test run.
    failure.abort();
    await expect(work).rejects.toThrow("too late");
  });
});
