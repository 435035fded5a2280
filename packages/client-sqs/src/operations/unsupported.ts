import { OperationError, type Operation } from "@warrenmq/core/internal";
import type { SqsContext } from "./context.ts";

/** An operation that is refused before anything is sent. */
export function unsupported(difference: string): Operation<SqsContext, unknown, never> {
  return {
    status: "unsupported",
    difference,
    run() {
      return Promise.reject(new OperationError("UnsupportedOperation", difference));
    },
  };
}
