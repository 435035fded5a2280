import type { OperationError } from "@warrenmq/core/internal";
import { invalidParameterValue } from "@warrenmq/core/queues";
import { requireString } from "./required.ts";

/** The task handle of a CancelMessageMoveTask. */
export function validateCancelMessageMoveTask(input: { readonly TaskHandle?: unknown }): string {
  return requireString(input.TaskHandle, "TaskHandle");
}

/** What CancelMessageMoveTask answers to a handle that it cannot read. */
export function invalidTaskHandle(): OperationError {
  return invalidParameterValue("Value for parameter TaskHandle is invalid.");
}
