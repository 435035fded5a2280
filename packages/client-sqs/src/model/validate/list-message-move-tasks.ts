import { optionalMaxResults } from "./range.ts";
import { requireSourceArn } from "./start-message-move-task.ts";

/** A ListMessageMoveTasks that may be carried out. */
export interface ValidListMoveTasks {
  readonly sourceArn: string;
  /** 1 to 10; 1 when not given. */
  readonly maxResults: number;
}

/** Checks a ListMessageMoveTasks as SQS does. */
export function validateListMessageMoveTasks(input: {
  readonly SourceArn?: unknown;
  readonly MaxResults?: unknown;
}): ValidListMoveTasks {
  return { sourceArn: requireSourceArn(input.SourceArn), maxResults: optionalMaxResults(input.MaxResults, 10) ?? 1 };
}
