import type { TagQueueCommandInput } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { mapDifference } from "../model/map-difference.ts";
import { validateTagQueue } from "../model/validate/tag-queue.ts";
import { changeQueue } from "./change-queue.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";

/** TagQueue: tags are kept in the registry. */
export const tagQueue: Operation<SqsContext, TagQueueCommandInput, undefined> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { name, record } = await requireQueue(context, input);
    const { set } = mapDifference(record.tags, validateTagQueue(input, name, record.tags));
    await changeQueue(context, { type: "tag-queue", name, tags: set });
    return undefined;
  },
};
