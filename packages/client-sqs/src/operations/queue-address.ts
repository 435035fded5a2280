import { buildArn, buildQueueUrl } from "@warrenmq/core/internal";
import type { SqsContext } from "./context.ts";

/** The queue's URL in AWS's shape. */
export async function queueUrl(context: SqsContext, queueName: string): Promise<string> {
  return buildQueueUrl({ queueName, accountId: context.accountId, region: await context.region() });
}

/** The queue's ARN. */
export async function queueArn(context: SqsContext, queueName: string): Promise<string> {
  return buildArn({
    service: "sqs",
    region: await context.region(),
    accountId: context.accountId,
    resource: queueName,
  });
}
