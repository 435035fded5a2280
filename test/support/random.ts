/** Random numbers from 0 to 1 that can be repeated: the seed is printed, and taken from WARRENMQ_SEED if that is set. */
export function seededRandom(label: string): () => number {
  const seed = Number(process.env["WARRENMQ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${label}: WARRENMQ_SEED=${seed}`);
  // mulberry32
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
