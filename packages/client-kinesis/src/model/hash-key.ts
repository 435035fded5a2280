import { hash } from "node:crypto";

/** How many hash keys there are: the 128 bits of an MD5. */
export const HASH_KEYS: bigint = 1n << 128n;

const HEX_DIGITS = 32;

/** The hash keys of a shard, both ends included, as Kinesis writes them: decimal. */
export interface HashRange {
  readonly startHash: string;
  readonly endHash: string;
}

/**
 * The hash key of a partition key: MD5 of its UTF-8 bytes. In 32 hexadecimal digits, which compare as texts in the order of
 * the numbers: a comparison of texts costs a tenth of making a BigInt.
 */
export function hashPartitionKey(partitionKey: string): string {
  return hash("md5", partitionKey, "hex");
}

/** A decimal hash key in the form of {@link hashPartitionKey}. */
export function hexOfHashKey(decimal: string): string {
  return BigInt(decimal).toString(16).padStart(HEX_DIGITS, "0");
}

/** Divides all hash keys evenly, as CreateStream does; the last range takes what does not divide. */
export function evenRanges(count: number): HashRange[] {
  const width = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, index) => {
    const start = width * BigInt(index);
    const end = index === count - 1 ? HASH_KEYS - 1n : start + width - 1n;
    return { startHash: start.toString(), endHash: end.toString() };
  });
}
