import type { UpdateStreamRecordDistributionStrategyInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { readDistribution } from "../model/validate/create-stream.ts";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { changeSettings } from "./settings-change.ts";
import { requireActiveStream } from "./stream-lookup.ts";

/** UpdateStreamRecordDistributionStrategy: whether records need a partition key. Those without one go to each shard in turn. */
export const updateStreamRecordDistributionStrategy: Operation<
  KinesisContext,
  UpdateStreamRecordDistributionStrategyInput,
  undefined
> = {
  status: "supported",
  difference: "With AUTO a record that has a partition key is routed by it.",
  async run(context, input) {
    const members = new Members(input);
    const distribution = readDistribution(members, true) ?? "USER_PARTITION_KEY";
    const stream = await requireActiveStream(context, readStreamName(members));
    await changeSettings(context, stream, { distribution });
    return undefined;
  },
};
