import { describe, expect, it } from "vitest";
import { PollGap } from "./poll-gap.ts";

describe("the gap between two receives", () => {
  it("is unknown before the first has ended, and while several are under way", () => {
    const gap = new PollGap();
    expect(gap.receiveBegan(5)).toBeUndefined();
    gap.receiveEnded(10);
    expect(gap.receiveBegan(14)).toBe(4);
    expect(gap.receiveBegan(20)).toBeUndefined();
  });

  it("leaves out what a delete waited for the broker, and counts the handler before and after it", () => {
    const gap = new PollGap();
    gap.receiveEnded(0);
    gap.waitBegan(100);
    gap.waitEnded(140);
    expect(gap.receiveBegan(141)).toBe(101);
  });

  it("leaves out the time of deletes that wait at once, only once", () => {
    const gap = new PollGap();
    gap.receiveEnded(0);
    gap.waitBegan(1);
    gap.waitBegan(10);
    gap.waitEnded(30);
    gap.waitEnded(50);
    expect(gap.receiveBegan(52)).toBe(3);
  });

  it("does not begin while another poller's delete waits", () => {
    const gap = new PollGap();
    gap.receiveEnded(0);
    gap.waitBegan(0);
    gap.receiveEnded(10);
    gap.waitBegan(10);
    expect(gap.receiveBegan(35)).toBe(0);
    gap.waitEnded(36);
    gap.waitEnded(45);
    expect(gap.receiveBegan(46)).toBeUndefined();
  });

  it("begins anew with the last receive that ended", () => {
    const gap = new PollGap();
    gap.receiveEnded(0);
    gap.receiveEnded(20);
    expect(gap.receiveBegan(23)).toBe(3);
  });
});
