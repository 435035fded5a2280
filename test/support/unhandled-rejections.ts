import { afterAll, beforeAll, expect } from "vitest";

/** Lets the test file fail when any promise of it is rejected and nobody looks. */
export function expectNoUnhandledRejection(): void {
  const reasons: unknown[] = [];
  const note = (reason: unknown): void => {
    reasons.push(reason);
  };
  beforeAll(() => {
    process.on("unhandledRejection", note);
  });
  afterAll(() => {
    process.off("unhandledRejection", note);
    expect(reasons).toEqual([]);
  });
}
