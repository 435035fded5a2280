import type { UntagQueueCommandInput } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { mapDifference } from "../model/map-difference.ts";
import { validateUntagQueue } from "../model/validate/untag-queue.ts";
import { changeQueue } from "./change-queue.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";

/** UntagQueue: removes tags; keys that the queue does not have do no harm. */
export const untagQueue: Operation<SqsContext, UntagQueueCommandInput, undefined> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { name, record } = await requireQueue(context, input);
    const { removed } = mapDifference(record.tags, validateUntagQueue(input, record.tags));
    await changeQueue(context, { type: "untag-queue", name, keys: removed });
    return undefined;
  },
};
