import { requireString } from "./required.ts";

/** The receipt handle of a DeleteMessage. What it means is for the caller to find out. */
export function validateDeleteMessage(input: { readonly ReceiptHandle?: unknown }): string {
  return requireString(input.ReceiptHandle, "ReceiptHandle");
}
