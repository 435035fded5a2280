import { expect, test, vi } from "vitest";
import { quietWhileBlocked } from "./quiet-while-blocked.ts";

test("a stream is at its end when nothing comes while publishes are blocked, and not before", async () => {
  vi.useFakeTimers();
  let blocked = false;
  let read = 0;
  const ended = vi.fn<() => void>();
  const quiet = quietWhileBlocked(
    () => blocked,
    () => read,
    () => false,
  ).then(ended);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ended).not.toHaveBeenCalled();
  blocked = true;
  read++;
  await vi.advanceTimersByTimeAsync(150);
  expect(ended).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(150);
  await quiet;
  expect(ended).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});
