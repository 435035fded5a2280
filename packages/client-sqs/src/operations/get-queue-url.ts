import type { GetQueueUrlCommandInput, GetQueueUrlResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { validateGetQueueUrl } from "../model/validate/get-queue-url.ts";
import type { SqsContext } from "./context.ts";
import { queueUrl } from "./queue-address.ts";
import { queueDoesNotExist } from "./queue-lookup.ts";

/** GetQueueUrl: the URL of a queue that the broker has. */
export const getQueueUrl: Operation<SqsContext, GetQueueUrlCommandInput, GetQueueUrlResult> = {
  status: "supported",
  difference: "QueueOwnerAWSAccountId only goes into the URL; a virtual host has one account.",
  async run(context, input) {
    const { queueName, ownerAccountId } = validateGetQueueUrl(input);
    if (!(await context.sqs.hasQueue(queueName, context.deadline))) throw queueDoesNotExist();
    return { QueueUrl: await queueUrl({ ...context, accountId: ownerAccountId ?? context.accountId }, queueName) };
  },
};
