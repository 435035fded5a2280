import { OperationError } from "@warrenmq/core/internal";
import type { QueueAttributes } from "../model/queue-attributes.ts";

/** Refuses attributes of FIFO queues that change how messages flow and are not served yet, rather than ignore them. */
export function refuseUnsupportedAttributes(attributes: QueueAttributes): void {
  if (attributes.FifoQueue !== "true") return;
  const delayed = attributes.DelaySeconds !== undefined && attributes.DelaySeconds !== "0";
  const unsupported = [
    ...(delayed ? ["DelaySeconds"] : []),
    ...(attributes.RedrivePolicy === undefined ? [] : ["RedrivePolicy"]),
  ];
  if (unsupported.length === 0) return;
  throw new OperationError(
    "UnsupportedOperation",
    `Attributes that are not supported on FIFO queues yet: ${unsupported.join(", ")}. See docs/support/sqs.md.`,
  );
}
