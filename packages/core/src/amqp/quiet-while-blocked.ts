import { pause } from "./deadline.ts";

/** How long nothing must come for what was read to count as everything. */
const QUIET_MS = 150;

/**
 * Resolves when a stream has been read to its end, judged by silence: while a broker alarm blocks publishes nobody can
 * append, and a reader cannot append a mark to find the end by.
 * @param isBlocked whether the broker takes no publishes
 * @param recordsRead how many records have been read so far
 * @param isOver once true, this never resolves: the end was found otherwise
 */
export async function quietWhileBlocked(
  isBlocked: () => boolean,
  recordsRead: () => number,
  isOver: () => boolean,
): Promise<void> {
  let readBefore = -1;
  while (!isOver()) {
    await pause(QUIET_MS);
    if (isBlocked() && readBefore === recordsRead()) return;
    readBefore = recordsRead();
  }
  return new Promise<never>(() => undefined);
}
