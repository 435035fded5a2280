import { randomBytes } from "node:crypto";

/**
 * A name that no other test uses: the prefix, a dash and twelve random characters of `[0-9a-f]`. Fit for queues (SQS names too),
 * exchanges and node names.
 */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString("hex")}`;
}
