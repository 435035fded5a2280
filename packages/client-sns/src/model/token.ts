import { randomBytes } from "node:crypto";

const TOKEN_BYTES = 80;

/** A token with which an endpoint confirms a subscription, or takes its cancellation back. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("hex");
}
