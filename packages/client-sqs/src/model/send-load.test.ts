import { describe, expect, it } from "vitest";
import { SendLoad } from "./send-load.ts";

function sendMany(load: SendLoad, group: string, count: number, nowMs: number): boolean[] {
  return Array.from({ length: count }, () => load.isQuiet(group, nowMs));
}

describe("a message group", () => {
  it("is quiet for its first 99 messages, and noisy then", () => {
    const quiet = sendMany(new SendLoad(), "a", 1_000, 0);
    expect(quiet.indexOf(false)).toBe(99);
    expect(quiet.slice(99)).not.toContain(true);
  });

  it("is quiet beside a noisy one", () => {
    const load = new SendLoad();
    sendMany(load, "noisy", 5_000, 0);
    expect(sendMany(load, "quiet", 99, 10)).not.toContain(false);
  });

  it("is quiet with many messages as long as they are a small share", () => {
    const load = new SendLoad();
    for (let group = 0; group < 20; group++) sendMany(load, `group ${group}`, 500, 0);
    expect(load.isQuiet("group 3", 1)).toBe(true);
  });

  it("is quiet again some seconds after it was noisy, but not at once when a window ends", () => {
    const load = new SendLoad();
    sendMany(load, "a", 500, 0);
    expect(load.isQuiet("a", 5_100)).toBe(false);
    expect(load.isQuiet("a", 10_200)).toBe(true);
    sendMany(load, "a", 500, 10_200);
    expect(load.isQuiet("a", 60_000)).toBe(true);
  });
});
