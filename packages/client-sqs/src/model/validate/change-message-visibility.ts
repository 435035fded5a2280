import { missingParameter } from "@warrenmq/core/queues";
import { optionalInRange } from "./range.ts";
import { requireString } from "./required.ts";

/** A ChangeMessageVisibility that may be carried out. */
export interface ValidVisibilityChange {
  readonly receiptHandle: string;
  /** 0 to 43200; 0 makes the message visible at once. */
  readonly visibilityTimeoutSeconds: number;
}

/** The members of a ChangeMessageVisibility, alone or in a batch. */
export interface VisibilityChangeParameters {
  readonly ReceiptHandle?: unknown;
  readonly VisibilityTimeout?: unknown;
}

/** Checks a ChangeMessageVisibility as SQS does, but for the 12 hours in total, which the caller knows. */
export function validateChangeMessageVisibility(input: VisibilityChangeParameters): ValidVisibilityChange {
  const receiptHandle = requireString(input.ReceiptHandle, "ReceiptHandle");
  const timeout = optionalInRange(
    "VisibilityTimeout",
    input.VisibilityTimeout,
    0,
    43_200,
    "Must be between 0 and 43200.",
  );
  if (timeout === undefined) throw missingParameter("VisibilityTimeout");
  return { receiptHandle, visibilityTimeoutSeconds: timeout };
}
