import type { ListDeadLetterSourceQueuesCommandInput, ListDeadLetterSourceQueuesResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { deadLetterSources } from "../model/dead-letter-sources.ts";
import { validateListDeadLetterSourceQueues } from "../model/validate/list-dead-letter-source-queues.ts";
import type { SqsContext } from "./context.ts";
import { pageOf } from "./page.ts";
import { queueUrl } from "./queue-address.ts";
import { requireQueue } from "./queue-lookup.ts";

/** ListDeadLetterSourceQueues: the queues whose RedrivePolicy names this one. */
export const listDeadLetterSourceQueues: Operation<
  SqsContext,
  ListDeadLetterSourceQueuesCommandInput,
  ListDeadLetterSourceQueuesResult
> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { name } = await requireQueue(context, input);
    const { maxResults, nextToken } = validateListDeadLetterSourceQueues(input);
    await context.sqs.registry.sync(context.deadline);
    const names = deadLetterSources(context.sqs.registry.state.queues.values(), name);
    const page = pageOf(names, maxResults, nextToken);
    const queueUrls = await Promise.all(page.names.map((source) => queueUrl(context, source)));
    return page.nextToken === undefined ? { queueUrls } : { queueUrls, NextToken: page.nextToken };
  },
};
