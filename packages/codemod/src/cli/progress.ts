import { Presets, SingleBar } from "cli-progress";

/** Shows how far a run is, on a terminal; elsewhere nothing. */
export interface Progress {
  readonly update: (done: number, total: number) => void;
  readonly stop: () => void;
}

/** A bar on standard error, where it is a terminal. */
export function progressBar(isQuiet: boolean): Progress {
  if (isQuiet || !process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const format = "looking at files {bar} {value}/{total}";
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true, gracefulExit: false },
    Presets.shades_classic,
  );
  let isStarted = false;
  return {
    update: (done, total) => {
      if (!isStarted) bar.start(total, 0);
      isStarted = true;
      // Redrawing for every file would cost more than looking at it.
      if (done % 64 === 0 || done === total) bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
