import { validatePage, type ValidPage } from "./list-queues.ts";

/** Checks a ListDeadLetterSourceQueues as SQS does, but for its QueueUrl. */
export function validateListDeadLetterSourceQueues(input: {
  readonly NextToken?: unknown;
  readonly MaxResults?: unknown;
}): ValidPage {
  return validatePage(input);
}
