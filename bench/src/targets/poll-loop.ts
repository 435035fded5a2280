import type { Consumer } from "./target.ts";

/** Calls `poll` again and again until it is closed; what fails then is no failure. A poll that fails is repeated a few times. */
export function pollLoop(poll: (signal: AbortSignal) => Promise<void>, onError: (error: Error) => void): Consumer {
  const closing = new AbortController();
  const run = async (): Promise<void> => {
    for (let failures = 0; !closing.signal.aborted;) {
      try {
        await poll(closing.signal);
        failures = 0;
      } catch (error) {
        if (closing.signal.aborted) return;
        if (++failures <= MOST_FAILURES) continue;
        onError(error instanceof Error ? error : new Error(String(error)));
        return;
      }
    }
  };
  const done = run();
  return {
    close: () => {
      closing.abort();
      return done;
    },
  };
}

/** Clients repeat by themselves what a lost connection has spoilt; one that fails so often in a row does not come back. */
const MOST_FAILURES = 5;
