import type { IncreaseStreamRetentionPeriodInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { changeRetention } from "./change-retention.ts";
import type { KinesisContext } from "./context.ts";

/** IncreaseStreamRetentionPeriod: records are given for longer from then on, those that were hidden already too. */
export const increaseStreamRetentionPeriod: Operation<KinesisContext, IncreaseStreamRetentionPeriodInput, undefined> = {
  status: "supported",
  difference:
    "Up to the hours for which the broker keeps the shards (keepHours of the client that created them: 168 unless set); see docs/decisions/051-kinesis-retention.md.",
  run: (context, input) => changeRetention(context, input, "Increase"),
};
