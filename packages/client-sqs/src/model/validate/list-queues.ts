import { optionalString } from "../json-types.ts";
import { optionalMaxResults } from "./range.ts";

/** The most that one page holds, and what it holds when MaxResults is not given. */
export const MAX_LIST_RESULTS = 1000;

/** A page that was asked for. */
export interface ValidPage {
  /** `undefined` when not given: then there are up to 1000 results and never a NextToken. */
  readonly maxResults: number | undefined;
  readonly nextToken: string | undefined;
}

/** A ListQueues that may be carried out. */
export interface ValidListQueues extends ValidPage {
  /** Empty: all queues. */
  readonly prefix: string;
}

/** Checks a ListQueues as SQS does. */
export function validateListQueues(input: {
  readonly QueueNamePrefix?: unknown;
  readonly NextToken?: unknown;
  readonly MaxResults?: unknown;
}): ValidListQueues {
  return { prefix: optionalString(input.QueueNamePrefix) ?? "", ...validatePage(input) };
}

/** Checks the paging of ListQueues and ListDeadLetterSourceQueues. */
export function validatePage(input: { readonly NextToken?: unknown; readonly MaxResults?: unknown }): ValidPage {
  const nextToken = optionalString(input.NextToken);
  return {
    maxResults: optionalMaxResults(input.MaxResults, MAX_LIST_RESULTS),
    nextToken: nextToken === "" ? undefined : nextToken,
  };
}
