const live = new Set<unknown>();
let installed = false;

/**
 * How many timers of `setTimeout` and `setInterval` are waiting in this process since the first call.
 * `process.getActiveResourcesInfo` does not show those that keep no process alive, and ours are all of that kind.
 */
export function countTimers(): number {
  if (!installed) install();
  return live.size;
}

function install(): void {
  installed = true;
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const started = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
    const timer = setTimeout(() => {
      live.delete(timer);
      callback(...args);
    }, ms);
    live.add(timer);
    return timer;
  };
  const repeated = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
    const timer = setInterval(callback, ms, ...args);
    live.add(timer);
    return timer;
  };
  const stopped =
    (stop: typeof clearTimeout) =>
    (timer?: NodeJS.Timeout | string | number): void => {
      live.delete(timer);
      stop(timer);
    };
  Object.assign(globalThis, {
    setTimeout: Object.assign(started, setTimeout),
    setInterval: repeated,
    clearTimeout: stopped(clearTimeout),
    clearInterval: stopped(clearInterval),
  });
}
