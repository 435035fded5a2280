import { OperationError } from "../../aws/operation-error.ts";

/** `InvalidParameterValue`: a parameter has a value that SQS refuses. `message` is AWS's whole text. */
export function invalidParameterValue(message: string): OperationError {
  return new OperationError("InvalidParameterValue", message);
}

/** `InvalidParameterValue` in the form that SQS uses for most parameters: `Value V for parameter P is invalid. Reason: R`. */
export function invalidValue(parameter: string, value: string | number, reason: string): OperationError {
  return invalidParameterValue(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);
}

/** What SQS answers to a parameter that exists on the other queue type only (recorded with DelaySeconds on a FIFO queue). */
export function notValidForQueueType(parameter: string, value: string | number): OperationError {
  return invalidValue(parameter, value, "The request include parameter that is not valid for this queue type.");
}

/** `MissingParameter`: a required parameter is absent. */
export function missingParameter(parameter: string): OperationError {
  return new OperationError("MissingParameter", `The request must contain the parameter ${parameter}.`);
}

/** `InvalidAttributeName`: no such queue or system attribute, or none that this queue type has. */
export function unknownAttribute(name: string): OperationError {
  return new OperationError("InvalidAttributeName", `Unknown Attribute ${name}.`);
}

/** `InvalidAttributeValue`: a queue attribute has a value that SQS refuses. */
export function invalidAttributeValue(name: string, reason?: string): OperationError {
  const suffix = reason === undefined ? "" : ` Reason: ${reason}`;
  return new OperationError("InvalidAttributeValue", `Invalid value for the parameter ${name}.${suffix}`);
}
