import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

/** How calls are started. */
export interface Pace {
  /** When the next call is due, in milliseconds since the start; `undefined` when there is none. Asked once a call. */
  readonly nextDueMs: () => number | undefined;
  /** Milliseconds since the start. */
  readonly nowMs: () => number;
  /** Starts the call. It must not throw; its answer is not waited for. */
  readonly start: (dueMs: number) => void;
  /** Resolves when another call may be started: a target that stands still must not fill the memory. */
  readonly room: () => Promise<void> | undefined;
  /** Whether to wait for a due time by turning the event loop, which is exact to microseconds and takes a core, or by a timer (1–2 ms). */
  readonly isExact: boolean;
  readonly signal: AbortSignal;
}

/** A timer may fire this much too late. */
const TIMER_MS = 2;
const LONGEST_WITHOUT_TURN_MS = 0.5;

/**
 * Starts each call when it is due, whatever became of those before (an open loop): a target that stalls is not spared the
 * calls that users would have made meanwhile. Calls that could not be started in time keep their due times.
 */
export async function paceCalls({ nextDueMs, nowMs, start, room, isExact, signal }: Pace): Promise<void> {
  let turnedMs = nowMs();
  for (let dueMs = nextDueMs(); dueMs !== undefined; dueMs = nextDueMs()) {
    // Also when it is behind: answers that are there must not wait until all overdue calls are started.
    if (nowMs() - turnedMs > LONGEST_WITHOUT_TURN_MS) {
      await turn();
      turnedMs = nowMs();
    }
    for (let leftMs = dueMs - nowMs(); leftMs > 0; leftMs = dueMs - nowMs()) {
      if (signal.aborted) return;
      if (!isExact) await sleep(Math.max(1, leftMs));
      else if (leftMs > TIMER_MS) await sleep(leftMs - TIMER_MS);
      else await turnsUntil(() => signal.aborted || nowMs() >= dueMs);
      turnedMs = nowMs();
    }
    const waiting = room();
    if (waiting !== undefined) await waiting;
    if (signal.aborted) return;
    start(dueMs);
    await Promise.resolve();
  }
}

/**
 * Turns the event loop until that is so. A promise for each turn would be so much garbage that its collection alone (0.3 ms
 * every 25 ms, measured on Node 20) was one call in a hundred that started late.
 */
function turnsUntil(isOver: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (isOver()) resolve();
      else setImmediate(look);
    };
    setImmediate(look);
  });
}
