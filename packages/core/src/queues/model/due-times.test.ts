import { describe, expect, it } from "vitest";
import { DueTimes } from "./due-times.ts";

describe("due times", () => {
  it("count each message until its time has come", () => {
    const due = new DueTimes();
    due.add(1_000);
    due.add(1_000);
    due.add(5_000);
    expect(due.outstanding(0)).toBe(3);
    expect(due.outstanding(999)).toBe(3);
    expect(due.outstanding(1_000)).toBe(1);
    expect(due.outstanding(5_000)).toBe(0);
  });
});
