import { Presets, SingleBar } from "cli-progress";

/** Where a run tells how far it is. */
export interface Progress {
  /** A scenario starts. */
  begin(name: string): void;
  /** How often {@link Progress.advance} will be called. */
  expect(steps: number): void;
  advance(): void;
  /** The scenario has ended. */
  end(): void;
}

/** A bar on a terminal; elsewhere a line for each scenario. Both go to standard error: the results are the output. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream);
}

/** For tests. */
export const silentProgress: Progress = {
  begin: () => undefined,
  expect: () => undefined,
  advance: () => undefined,
  end: () => undefined,
};

function lineProgress(stream: NodeJS.WriteStream): Progress {
  return { ...silentProgress, begin: (name) => void stream.write(`measuring ${name} …\n`) };
}

function barProgress(stream: NodeJS.WriteStream): Progress {
  const format = "{name} {bar} {value}/{total}, {eta_formatted} left";
  // `gracefulExit` would end the process on Ctrl-C before the results so far are written.
  const options = { stream, format, hideCursor: true, clearOnComplete: true, barsize: 30, gracefulExit: false };
  const bar = new SingleBar(options, Presets.shades_classic);
  return {
    begin: (name) => bar.start(1, 0, { name }),
    expect: (steps) => bar.setTotal(steps),
    advance: () => bar.increment(),
    end: () => bar.stop(),
  };
}
