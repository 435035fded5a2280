import { validateLabel } from "./add-permission.ts";

/** The label of a RemovePermission; whether a statement has it is seen by `removePermission`. */
export function validateRemovePermission(input: { readonly Label?: unknown }): string {
  return validateLabel(input.Label);
}
