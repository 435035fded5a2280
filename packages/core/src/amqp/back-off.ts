const FIRST_MS = 50;
const LONGEST_MS = 5_000;

/**
 * How long to wait before the next attempt to connect, in milliseconds: doubling from 50 ms to 5 s, with full jitter in
 * the upper half, so that the processes of a fleet do not come back in step.
 */
export function backOffMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return ceiling / 2 + (random() * ceiling) / 2;
}
