import { invalidParameterValue, missingParameter } from "@warrenmq/core/queues";
import { optionalInteger, optionalString } from "../json-types.ts";
import { validateArn } from "./queue-arn.ts";

const MAX_RATE = 500;

/** A StartMessageMoveTask whose parameters are right; the queues are for the caller to look up. */
export interface ValidMoveTask {
  readonly sourceArn: string;
  /** `undefined`: each message goes back to the queue that it came from. */
  readonly destinationArn: string | undefined;
  /** `undefined`: as fast as it goes. */
  readonly maxNumberOfMessagesPerSecond: number | undefined;
}

/** Checks a StartMessageMoveTask as SQS does. */
export function validateStartMessageMoveTask(input: {
  readonly SourceArn?: unknown;
  readonly DestinationArn?: unknown;
  readonly MaxNumberOfMessagesPerSecond?: unknown;
}): ValidMoveTask {
  const sourceArn = requireSourceArn(input.SourceArn);
  const destination = optionalString(input.DestinationArn);
  const destinationArn = destination === undefined ? undefined : validateArn("DestinationArn", destination);
  if (sourceArn === destinationArn) {
    throw invalidParameterValue("Source queue arn and destination queue arn cannot be the same.");
  }
  const rate = optionalInteger(input.MaxNumberOfMessagesPerSecond);
  if (rate !== undefined && (rate < 1 || rate > MAX_RATE)) {
    throw invalidParameterValue(
      `Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a number that's between 1 and ${MAX_RATE}.`,
    );
  }
  return { sourceArn, destinationArn, maxNumberOfMessagesPerSecond: rate };
}

/** The `SourceArn` of StartMessageMoveTask and ListMessageMoveTasks. */
export function requireSourceArn(value: unknown): string {
  const arn = optionalString(value);
  if (arn === undefined) throw missingParameter("SourceArn");
  return validateArn("SourceArn", arn);
}
