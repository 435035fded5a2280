import { describe, expect, it } from "vitest";
import { errorText } from "./error-text.ts";

describe("errorText", () => {
  it("adds what the causes say", () => {
    const cause = new Error("connection refused");
    expect(errorText(new Error("no broker", { cause }))).toBe("no broker: connection refused");
  });

  it("says once what an error and its cause say alike", () => {
    const cause = new Error("low on memory", { cause: new Error("alarm") });
    expect(errorText(new Error("low on memory", { cause }))).toBe("low on memory: alarm");
    expect(errorText(new Error("refused: alarm", { cause: new Error("alarm") }))).toBe("refused: alarm");
  });
});
