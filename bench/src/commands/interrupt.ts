/** What a shell reports for a process that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Fires at the first Ctrl-C; a second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  // Not `once`: the library signal-exit, which other packages bring, ends the process when it finds no listener but its own.
  process.on("SIGINT", () => {
    if (interrupt.signal.aborted) process.exit(INTERRUPTED);
    interrupt.abort(new Error("interrupted"));
  });
  return interrupt.signal;
}
