import { describe, expect, it } from "vitest";
import { isHot, lingerMs, missingCredit, UNKNOWN_RHYTHM, withGap, withOutcome, type Rhythm } from "./receive-window.ts";

const HOT: Rhythm = { gapMs: 1, ahead: 0 };
const idle = { demand: 0, buffered: 0, freeCredit: 0 };

describe("credit", () => {
  it("is exactly the demand outside a hot loop", () => {
    expect(missingCredit({ ...idle, demand: 10 }, UNKNOWN_RHYTHM)).toBe(10);
    expect(missingCredit({ demand: 10, buffered: 3, freeCredit: 4 }, { gapMs: 500, ahead: 0 })).toBe(3);
  });

  it("is never added while nobody waits", () => {
    expect(missingCredit(idle, { gapMs: 1, ahead: 200 })).toBe(0);
  });

  it("is not added when what is on its way covers the demand", () => {
    expect(missingCredit({ demand: 10, buffered: 0, freeCredit: 10 }, HOT)).toBe(0);
  });

  it("is topped up in one go once half of a hot loop's lead is used up", () => {
    const hot = { gapMs: 1, ahead: 40 };
    expect(missingCredit({ demand: 10, buffered: 0, freeCredit: 31 }, hot)).toBe(0);
    expect(missingCredit({ demand: 10, buffered: 0, freeCredit: 29 }, hot)).toBe(21);
  });

  it("always covers the demand, whatever the lead", () => {
    for (const ahead of [0, 10, 200]) {
      for (let freeCredit = 0; freeCredit < 10; freeCredit++) {
        expect(
          freeCredit + missingCredit({ demand: 10, buffered: 0, freeCredit }, { gapMs: 1, ahead }),
        ).toBeGreaterThanOrEqual(10);
      }
    }
  });
});

describe("a hot loop", () => {
  it("is one that comes back within 25 ms", () => {
    expect(isHot(UNKNOWN_RHYTHM)).toBe(false);
    expect(isHot(withGap(UNKNOWN_RHYTHM, 24))).toBe(true);
    expect(isHot(withGap(UNKNOWN_RHYTHM, 26))).toBe(false);
  });

  it("gets more credit ahead each time it waited for a full batch, up to 200", () => {
    let rhythm = HOT;
    const leads = Array.from({ length: 7 }, () => {
      rhythm = withOutcome(rhythm, { waited: true, taken: 10, max: 10 });
      return rhythm.ahead;
    });
    expect(leads).toEqual([10, 20, 40, 80, 160, 200, 200]);
  });

  it("gets no more when it need not wait, or when messages run short", () => {
    const rhythm = { gapMs: 1, ahead: 40 };
    expect(withOutcome(rhythm, { waited: false, taken: 10, max: 10 }).ahead).toBe(40);
    expect(withOutcome(rhythm, { waited: true, taken: 4, max: 10 }).ahead).toBe(40);
  });

  it("loses its lead when the queue is empty, or when it slows down", () => {
    expect(withOutcome({ gapMs: 1, ahead: 40 }, { waited: true, taken: 0, max: 10 }).ahead).toBe(0);
    expect(withGap({ gapMs: 1, ahead: 40 }, 400).ahead).toBe(0);
  });

  it("is hot again two calls after a long pause", () => {
    let rhythm = withGap(HOT, 60_000);
    expect(isHot(rhythm)).toBe(false);
    for (let call = 0; call < 5; call++) rhythm = withGap(rhythm, 1);
    expect(isHot(rhythm)).toBe(true);
  });
});

describe("consumers linger", () => {
  it("three times the caller's gap, up to 250 ms", () => {
    expect(lingerMs({ gapMs: 20, ahead: 0 })).toBe(60);
    expect(lingerMs({ gapMs: 200, ahead: 0 })).toBe(250);
  });

  it("at least 50 ms in a hot loop, whose busy process may come back late", () => {
    expect(lingerMs({ gapMs: 0.1, ahead: 0 })).toBe(50);
  });

  it("hardly at all for a caller that would not be back in time", () => {
    expect(lingerMs({ gapMs: 251, ahead: 0 })).toBe(2);
  });
});
