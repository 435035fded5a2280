import type { DecreaseStreamRetentionPeriodInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { changeRetention } from "./change-retention.ts";
import type { KinesisContext } from "./context.ts";

/** DecreaseStreamRetentionPeriod: older records are not given any more from then on. */
export const decreaseStreamRetentionPeriod: Operation<KinesisContext, DecreaseStreamRetentionPeriodInput, undefined> = {
  status: "supported",
  difference: "RabbitMQ frees the disk when the shard's keepHours are over, by whole segments.",
  run: (context, input) => changeRetention(context, input, "Decrease"),
};
