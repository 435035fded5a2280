import { invalidParameterValue, invalidValue } from "@warrenmq/core/queues";
import { optionalInteger } from "../json-types.ts";

/** An optional whole number from `min` to `max`; `reason` completes AWS's message when it is outside. */
export function optionalInRange(
  parameter: string,
  value: unknown,
  min: number,
  max: number,
  reason: string,
): number | undefined {
  const number = optionalInteger(value);
  if (number === undefined || (number >= min && number <= max)) return number;
  throw invalidValue(parameter, number, reason);
}

/** An optional `MaxResults`, from 1 to `max`. */
export function optionalMaxResults(value: unknown, max: number): number | undefined {
  const number = optionalInteger(value);
  if (number === undefined || (number >= 1 && number <= max)) return number;
  throw invalidParameterValue(
    `Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and ${max}.`,
  );
}
