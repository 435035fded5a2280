/** What a shell reports for a process that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Fires at the first Ctrl-C, or when the process is asked to end; a second one ends it at once. */
export function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  // Not `once`: the library signal-exit, which other packages bring, ends the process when it finds no listener but its own.
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(INTERRUPTED);
      interrupt.abort(new Error("interrupted"));
    });
  }
  return interrupt.signal;
}
