import type { ListQueuesCommandInput, ListQueuesResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { validateListQueues } from "../model/validate/list-queues.ts";
import type { SqsContext } from "./context.ts";
import { pageOf } from "./page.ts";
import { queueUrl } from "./queue-address.ts";

/** ListQueues: the queues in the registry, by name. */
export const listQueues: Operation<SqsContext, ListQueuesCommandInput, ListQueuesResult> = {
  status: "supported",
  difference: "Shows a queue that a native application declared once an SQS call has named it.",
  async run(context, input) {
    const { prefix, maxResults, nextToken } = validateListQueues(input);
    await context.sqs.registry.sync(context.deadline);
    const names = [...context.sqs.registry.state.queues.keys()].filter((name) => name.startsWith(prefix));
    const page = pageOf(names, maxResults, nextToken);
    const result: ListQueuesResult = {};
    if (page.names.length > 0) {
      result.QueueUrls = await Promise.all(page.names.map((name) => queueUrl(context, name)));
    }
    if (page.nextToken !== undefined) result.NextToken = page.nextToken;
    return result;
  },
};
