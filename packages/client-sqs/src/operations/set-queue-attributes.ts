import type { SetQueueAttributesCommandInput } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { mapDifference } from "../model/map-difference.ts";
import { validateSetQueueAttributes } from "../model/validate/set-queue-attributes.ts";
import { changeQueue } from "./change-queue.ts";
import { checkRedrivePolicy } from "./check-redrive-policy.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";

/** SetQueueAttributes: changes the queue's record; every process sees it within milliseconds. */
export const setQueueAttributes: Operation<SqsContext, SetQueueAttributesCommandInput, undefined> = {
  status: "supported",
  difference: "Takes effect at once; AWS takes up to 60 seconds.",
  async run(context, input) {
    const { name, record } = await requireQueue(context, input);
    const next = validateSetQueueAttributes(input, record.attributes);
    if (next.RedrivePolicy !== record.attributes["RedrivePolicy"]) await checkRedrivePolicy(context, name, next);
    const { set, removed } = mapDifference(record.attributes, next);
    await changeQueue(context, { type: "set-attributes", name, attributes: set, removed });
    return undefined;
  },
};
