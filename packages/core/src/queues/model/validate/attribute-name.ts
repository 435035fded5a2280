import type { OperationError } from "../../../aws/operation-error.ts";
import { invalidParameterValue } from "../errors.ts";

const MAX_NAME_LENGTH = 256;
// AWS's guide says A-Z a-z 0-9 _ - . only. The service also takes letters such as ø and ß, and successive dots
// (recorded by LocalStack against AWS), so those pass here: code that works on AWS must work.
const NAME_CHARACTERS = /^[\p{L}\p{N}_.-]+$/u;
const RESERVED = /^(?:aws|amazon)\./i;

const RESERVED_TEXT =
  "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.";

/** What is wrong with the name of a message attribute, or `undefined`. */
export function attributeNameError(name: string): OperationError | undefined {
  if (name === "") return invalidParameterValue("The request must contain non-empty message (user) attribute names.");
  if (name.length > MAX_NAME_LENGTH) {
    return invalidParameterValue("Message (user) attribute name must be shorter than 256 bytes.");
  }
  if (RESERVED.test(name)) return invalidParameterValue(RESERVED_TEXT);
  if (!NAME_CHARACTERS.test(name)) {
    return invalidParameterValue(
      `Message (user) attribute name '${name}' is invalid. It can contain only alphanumeric characters, underscores, hyphens and periods.`,
    );
  }
  if (name.startsWith(".") || name.endsWith(".")) {
    return invalidParameterValue(
      `Message (user) attribute name '${name}' is invalid. It must not start or end with a period.`,
    );
  }
  return undefined;
}
