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

/** Without a terminal: how often a scenario tells how far it is. */
const LINE_MS = 15_000;

/** A bar on a terminal; elsewhere a line for each scenario, and now and then for how far it is. Both go to standard error: the results are the output. */
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
  let [total, done, toldMs] = [0, 0, performance.now()];
  return {
    begin: (name) => {
      [total, done, toldMs] = [0, 0, performance.now()];
      stream.write(`measuring ${name} …\n`);
    },
    expect: (steps) => {
      [total, done] = [steps, 0];
    },
    advance: () => {
      done += 1;
      if (performance.now() - toldMs < LINE_MS) return;
      toldMs = performance.now();
      stream.write(`  ${done}/${total}\n`);
    },
    end: () => undefined,
  };
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
