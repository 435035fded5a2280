import type { ListQueueTagsCommandInput, ListQueueTagsResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";

/** ListQueueTags: `Tags` is absent when there are none, as with AWS. */
export const listQueueTags: Operation<SqsContext, ListQueueTagsCommandInput, ListQueueTagsResult> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { record } = await requireQueue(context, input);
    return Object.keys(record.tags).length === 0 ? {} : { Tags: { ...record.tags } };
  },
};
