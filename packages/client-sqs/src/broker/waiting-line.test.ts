import { describe, expect, it } from "vitest";
import { WaitingLine } from "./waiting-line.ts";

const atOnce = (): number => 0;

describe("a call in line", () => {
  it("is answered as soon as it is full", async () => {
    const line = new WaitingLine<number>();
    const call = line.join(2, atOnce);
    for (const item of [1, 2, 3]) line.offer(item);
    expect(await call.done).toEqual([1, 2]);
    expect(line.leftOver()).toBe(1);
  });

  it("is answered at the end of the turn in which its first item came, with all that came then", async () => {
    const line = new WaitingLine<number>();
    const call = line.join(10, atOnce);
    line.offer(1);
    line.offer(2);
    expect(call.isSettled()).toBe(false);
    expect(await call.done).toEqual([1, 2]);
  });

  it("waits for as many items as are known to come", async () => {
    const line = new WaitingLine<number>();
    const call = line.join(10, atOnce);
    call.expect(2);
    line.offer(1);
    await new Promise(setImmediate);
    expect(call.isSettled()).toBe(false);
    line.offer(2);
    expect(await call.done).toEqual([1, 2]);
  });

  it("is served at once from what was left over", async () => {
    const line = new WaitingLine<number>();
    line.offer(1);
    expect(await line.join(1, atOnce).done).toEqual([1]);
  });
});

describe("several calls", () => {
  it("are served in the order in which they came", async () => {
    const line = new WaitingLine<number>();
    const [first, second] = [line.join(2, atOnce), line.join(2, atOnce)];
    expect(line.demand()).toBe(4);
    for (const item of [1, 2, 3]) line.offer(item);
    expect(await first.done).toEqual([1, 2]);
    expect(await second.done).toEqual([3]);
    expect(line.isEmpty()).toBe(true);
  });

  it("inherit, in order, what a withdrawn call had taken", async () => {
    const line = new WaitingLine<number>();
    const withdrawn = line.join(3, atOnce);
    const next = line.join(3, atOnce);
    for (const item of [1, 2]) line.offer(item);
    const failure = expect(withdrawn.done).rejects.toThrow("aborted");
    line.withdraw(withdrawn, new Error("aborted"));
    await failure;
    line.offer(3);
    expect(await next.done).toEqual([1, 2, 3]);
  });

  it("all fail when the line is given up", async () => {
    const line = new WaitingLine<number>();
    const failures = [line.join(1, atOnce), line.join(1, atOnce)].map((call) =>
      expect(call.done).rejects.toThrow("gone"),
    );
    line.failAll(new Error("gone"));
    await Promise.all(failures);
  });
});

describe("items", () => {
  it("go back to their owner when no call took them", () => {
    const line = new WaitingLine<number>();
    for (const item of [1, 2]) line.offer(item);
    expect(line.takeLeftOver()).toEqual([1, 2]);
    expect(line.leftOver()).toBe(0);
  });

  it("that became worthless are dropped, also from a call that was not answered yet", async () => {
    const line = new WaitingLine<number>();
    const call = line.join(10, atOnce);
    for (const item of [1, 2]) line.offer(item);
    line.discard((item) => item === 1);
    expect(await call.done).toEqual([2]);
  });
});
