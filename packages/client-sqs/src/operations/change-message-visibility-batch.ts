import type { ChangeMessageVisibilityBatchCommandInput, ChangeMessageVisibilityBatchResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { validateChangeMessageVisibilityBatch } from "../model/validate/change-message-visibility-batch.ts";
import { settleEach } from "./batch-result.ts";
import { changeVisibility, VISIBILITY_DIFFERENCE } from "./change-visibility.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";

/** ChangeMessageVisibilityBatch: as ChangeMessageVisibility, up to ten at a time, each with its own result. */
export const changeMessageVisibilityBatch: Operation<
  SqsContext,
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchResult
> = {
  status: "supported",
  difference: VISIBILITY_DIFFERENCE,
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const batch = validateChangeMessageVisibilityBatch(input);
    return settleEach(batch, (entry) => changeVisibility(context, queue.name, entry));
  },
};
