import { OperationError } from "@warrenmq/core/internal";

/** What a call throws, as `Name: message`, for tables of expected errors. Anything else than an OperationError passes on. */
export function thrownBy(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof OperationError) return `${error.name}: ${error.message}`;
    throw error;
  }
  return "nothing";
}
