import type { UpdateStreamWarmThroughputInput, UpdateStreamWarmThroughputOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { changeSettings } from "./settings-change.ts";
import { requireActiveStream, streamArn } from "./stream-lookup.ts";

/** UpdateStreamWarmThroughput. */
export const updateStreamWarmThroughput: Operation<
  KinesisContext,
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput
> = {
  status: "partial",
  difference: "Stored and shown; a stream takes what the broker takes.",
  async run(context, input) {
    const members = new Members(input);
    const warmThroughput = members.integer("WarmThroughputMiBps", { required: true, min: 0 }) ?? 0;
    const stream = await requireActiveStream(context, readStreamName(members));
    await changeSettings(context, stream, { warmThroughput });
    return {
      StreamARN: await streamArn(context, stream.name),
      StreamName: stream.name,
      WarmThroughput: { TargetMiBps: warmThroughput, CurrentMiBps: warmThroughput },
    };
  },
};
