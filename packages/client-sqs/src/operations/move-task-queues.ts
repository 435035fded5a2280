import { OperationError } from "@warrenmq/core/internal";
import { queueNameOfArn } from "../model/queue-arn.ts";
import type { SqsContext } from "./context.ts";

/**
 * The name of the queue that an ARN of a move task means.
 * @throws OperationError `ResourceNotFoundException` when there is no such queue.
 */
export async function requireQueueOfArn(
  { sqs, deadline }: SqsContext,
  parameter: "SourceArn" | "DestinationArn",
  arn: string,
): Promise<string> {
  const name = queueNameOfArn(arn);
  if (await sqs.hasQueue(name, deadline)) return name;
  throw new OperationError(
    "ResourceNotFoundException",
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
  );
}
