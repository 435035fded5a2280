import { hash } from "node:crypto";

/**
 * MD5 in lower-case hexadecimal, as SQS gives it for bodies and attributes. A string is hashed as UTF-8.
 * `crypto.hash`, which every supported Node has, takes half the time of `createHash` (0.5 against 1.0 µs for 200 bytes).
 */
export function md5(data: string | Uint8Array): string {
  return hash("md5", data, "hex");
}

/** SHA-256 in lower-case hexadecimal: the MessageDeduplicationId of content-based deduplication is that of the body. */
export function sha256(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}
