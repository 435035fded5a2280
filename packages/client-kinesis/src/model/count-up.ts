/** Digits that are counted together. */
const GROUP_DIGITS = 3;
const GROUP = 10 ** GROUP_DIGITS;
/** The groups that a step changes, from the right. What is carried beyond them is left to a BigInt. */
const GROUPS = 10;
const COUNTED_DIGITS = GROUPS * GROUP_DIGITS;
/** So many numbers are parts of one string: whoever keeps one of them keeps them all in memory. */
const BLOCK = 32;

/** The digits of every group, one after the other, in ASCII. */
const DIGITS = Buffer.from(Array.from({ length: GROUP }, (_, group) => digitsOf(group)).join(""), "latin1");

/**
 * Writes `start`, `start + step`, … in decimal. Counted in groups of digits and cut from longer strings, which takes a third of
 * what a BigInt takes to be written: readers do it for every record.
 * @param start of more than 30 digits
 * @param step of at most 29 digits
 */
export function countUp(start: bigint, step: bigint, count: number): string[] {
  const texts: string[] = [];
  const steps = groupsOf(step.toString().padStart(COUNTED_DIGITS, "0"));
  while (texts.length < count) {
    const text = (start + BigInt(texts.length) * step).toString();
    countUntilCarried(text, steps, count, texts);
  }
  return texts;
}

/** Adds numbers from `text` on, until there are enough or one differs in more than its counted digits. */
function countUntilCarried(text: string, steps: readonly number[], count: number, texts: string[]): void {
  const { length } = text;
  const groups = groupsOf(text.slice(-COUNTED_DIGITS));
  const block = Buffer.alloc(length * Math.min(BLOCK, count - texts.length), text, "latin1");
  let isCarried = false;
  while (texts.length < count && !isCarried) {
    const numbers = Math.min(BLOCK, count - texts.length);
    let written = 0;
    while (written < numbers && !isCarried) {
      writeGroups(groups, block, ++written * length);
      isCarried = add(steps, groups);
    }
    const all = block.toString("latin1", 0, written * length);
    for (let place = 0; place < all.length; place += length) texts.push(all.slice(place, place + length));
  }
}

/** Writes the groups so that they end before `end`. */
function writeGroups(groups: readonly number[], block: Buffer, end: number): void {
  let place = end - COUNTED_DIGITS;
  for (let index = 0; index < GROUPS; index++) {
    let digit = (groups[index] ?? 0) * GROUP_DIGITS;
    block[place++] = DIGITS[digit++] ?? 0;
    block[place++] = DIGITS[digit++] ?? 0;
    block[place++] = DIGITS[digit] ?? 0;
  }
}

/** Adds to the groups. Tells whether something is carried beyond the first one. */
function add(steps: readonly number[], groups: number[]): boolean {
  let carry = 0;
  for (let index = GROUPS - 1; index >= 0; index--) {
    const sum = (groups[index] ?? 0) + (steps[index] ?? 0) + carry;
    carry = sum >= GROUP ? 1 : 0;
    groups[index] = sum - carry * GROUP;
  }
  return carry === 1;
}

function groupsOf(digits: string): number[] {
  return Array.from({ length: GROUPS }, (_, index) =>
    Number(digits.slice(index * GROUP_DIGITS, (index + 1) * GROUP_DIGITS)),
  );
}

function digitsOf(group: number): string {
  return String(group).padStart(GROUP_DIGITS, "0");
}
