import { OperationError } from "@warrenmq/core/internal";
import type { QueueAttributes } from "../model/queue-attributes.ts";

/** Refuses queue attributes that change how messages flow and are not served yet, rather than ignore them. */
export function refuseUnsupportedAttributes(attributes: QueueAttributes): void {
  const delayed = attributes.DelaySeconds !== undefined && attributes.DelaySeconds !== "0";
  const unsupported = [
    ...(delayed ? ["DelaySeconds"] : []),
    ...(attributes.RedrivePolicy === undefined ? [] : ["RedrivePolicy"]),
    ...(attributes.RedriveAllowPolicy === undefined ? [] : ["RedriveAllowPolicy"]),
  ];
  if (unsupported.length === 0) return;
  throw new OperationError(
    "UnsupportedOperation",
    `Queue attributes that are not supported yet: ${unsupported.join(", ")}. See docs/support/sqs.md.`,
  );
}
