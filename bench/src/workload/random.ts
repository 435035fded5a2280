/** Numbers in [0, 1) that are the same for the same seed (mulberry32): two targets get the same load. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws the index of one of the weights, each as often as its weight says, in constant time (Vose's alias method). */
export function weightedChoice(weights: readonly number[], random: () => number): () => number {
  const count = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = weights.map((weight) => (weight * count) / total);
  const alias = new Uint32Array(count);
  const small: number[] = [];
  const large: number[] = [];
  for (const [index, value] of share.entries()) (value < 1 ? small : large).push(index);
  while (small.length > 0 && large.length > 0) {
    const [less = 0, more = 0] = [small.pop(), large.pop()];
    alias[less] = more;
    share[more] = (share[more] ?? 0) - (1 - (share[less] ?? 0));
    ((share[more] ?? 0) < 1 ? small : large).push(more);
  }
  // What rounding has left over.
  for (const index of [...small, ...large]) share[index] = 1;
  return () => {
    const place = random() * count;
    const index = Math.floor(place);
    return place - index < (share[index] ?? 1) ? index : (alias[index] ?? index);
  };
}
