import { invalidValue } from "@warrenmq/core/queues";
import { optionalString } from "../json-types.ts";

const FIFO_ID = /^[\u0021-\u007E]{1,128}$/;

/**
 * A MessageGroupId, MessageDeduplicationId or ReceiveRequestAttemptId: 1 to 128 letters, digits and punctuation marks
 * of ASCII. An empty string is refused, not taken for absent.
 */
export function optionalFifoId(parameter: string, value: unknown): string | undefined {
  const id = optionalString(value);
  if (id === undefined || FIFO_ID.test(id)) return id;
  throw invalidValue(
    parameter,
    id,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
