import { afterAll, beforeAll, expect } from "vitest";

/**
 * Lets the test file, or the `describe` that it is called in, fail when any promise of it is rejected and nobody looks.
 * @param isExpected says of a reason whether it is somebody else's
 */
export function expectNoUnhandledRejection(isExpected: (reason: unknown) => boolean = () => false): void {
  const reasons: unknown[] = [];
  const note = (reason: unknown): void => {
    if (!isExpected(reason)) reasons.push(reason);
  };
  beforeAll(() => {
    process.on("unhandledRejection", note);
  });
  afterAll(() => {
    process.off("unhandledRejection", note);
    expect(reasons).toEqual([]);
  });
}
