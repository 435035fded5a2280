import { OperationError } from "@warrenmq/core/internal";
import type { QueueAttributes } from "../model/queue-attributes.ts";

/** Refuses queue attributes that change how messages flow and are not served yet, rather than ignore them. */
export function refuseUnsupportedAttributes(attributes: QueueAttributes): void {
  if (attributes.FifoQueue === undefined) return;
  throw new OperationError(
    "UnsupportedOperation",
    "Queue attributes that are not supported yet: FifoQueue. See docs/support/sqs.md.",
  );
}
