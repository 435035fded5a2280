import type { ChangeMessageVisibilityCommandInput } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { validateChangeMessageVisibility } from "../model/validate/change-message-visibility.ts";
import { changeVisibility, VISIBILITY_DIFFERENCE } from "./change-visibility.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";

/** ChangeMessageVisibility: moves the moment at which the message comes back; 0 gives it back at once. */
export const changeMessageVisibility: Operation<SqsContext, ChangeMessageVisibilityCommandInput, undefined> = {
  status: "supported",
  difference: VISIBILITY_DIFFERENCE,
  async run(context, input) {
    const queue = await requireQueue(context, input);
    await changeVisibility(context, queue.name, validateChangeMessageVisibility(input));
    return undefined;
  },
};
