import type { ChangeMessageVisibilityBatchCommandInput, ChangeMessageVisibilityBatchResult } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { validateChangeMessageVisibilityBatch } from "../model/validate/change-message-visibility-batch.ts";
import { settleEach } from "./batch-result.ts";
import { changeVisibility } from "./change-visibility.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";

/** ChangeMessageVisibilityBatch: as ChangeMessageVisibility, up to ten at a time, each with its own result. */
export const changeMessageVisibilityBatch: Operation<
  SqsContext,
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchResult
> = {
  status: "partial",
  difference: "Only the process that received a message can change its visibility, for now.",
  async run(context, input) {
    const queue = await requireQueue(context, input);
    const batch = validateChangeMessageVisibilityBatch(input);
    return settleEach(batch, (entry) => changeVisibility(context, queue.name, entry));
  },
};
