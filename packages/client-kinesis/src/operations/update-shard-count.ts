import type { UpdateShardCountInput, UpdateShardCountOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { limitExceeded } from "../model/errors.ts";
import { planScaling, type PlannedRange, type ScalingStep } from "../model/scaling-plan.ts";
import type { NewShard } from "../model/shard-map.ts";
import { openShards, type StreamRecord } from "../model/stream-record.ts";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { refuseOnDemand, reshard } from "./reshard-stream.ts";
import { requireActiveStream, streamArn } from "./stream-lookup.ts";

const MAX_SHARDS = 10_000;

/** UpdateShardCount: splits and merges until the shards are as many as asked for, and even. */
export const updateShardCount: Operation<KinesisContext, UpdateShardCountInput, UpdateShardCountOutput> = {
  status: "supported",
  difference: "The stream is ACTIVE again when the call returns. There is no limit of ten calls a day.",
  async run(context, input) {
    const members = new Members(input);
    const target = members.integer("TargetShardCount", { required: true, min: 1 }) ?? 1;
    members.text("ScalingType", { required: true, values: ["UNIFORM_SCALING"] });
    const stream = await requireActiveStream(context, readStreamName(members));
    refuseOnDemand(stream, "UpdateShardCount");
    const current = openShards(stream).length;
    checkTarget(current, target);
    const ranges = openShards(stream).map(({ startHash, endHash }) => range(startHash, endHash));
    let changed = stream;
    for (const step of planScaling(ranges, target)) changed = await reshard(context, changed, changeOf(changed, step));
    return {
      StreamName: stream.name,
      CurrentShardCount: current,
      TargetShardCount: target,
      StreamARN: await streamArn(context, stream.name),
    };
  },
};

/** Kinesis' limits, in the words that kinesalite recorded. */
function checkTarget(current: number, target: number): void {
  const counts = `Current open shard count: ${current}, Target shard count: ${target}`;
  if (target > MAX_SHARDS) {
    throw limitExceeded(`Target shard count or number of open shards cannot be greater than ${MAX_SHARDS}. ${counts}`);
  }
  if (target > current * 2) {
    throw limitExceeded(`UpdateShardCount cannot scale up over double your current open shard count. ${counts}`);
  }
  if (target < current / 2) {
    throw limitExceeded(`UpdateShardCount cannot scale down below half your current open shard count. ${counts}`);
  }
}

function changeOf(
  stream: StreamRecord,
  { changes }: ScalingStep,
): { readonly closes: readonly number[]; readonly opens: readonly NewShard[] } {
  const indexes = new Map(openShards(stream).map(({ startHash, index }) => [startHash, index]));
  const indexOf = ({ start }: PlannedRange): number[] => {
    const index = indexes.get(String(start));
    return index === undefined ? [] : [index];
  };
  return {
    closes: changes.flatMap(({ closes }) => closes.flatMap(indexOf)),
    opens: changes.flatMap(({ closes, opens }) =>
      opens.map(({ start, end }) => {
        return { startHash: String(start), endHash: String(end), parents: closes.flatMap(indexOf) };
      }),
    ),
  };
}

function range(startHash: string, endHash: string): PlannedRange {
  return { start: BigInt(startHash), end: BigInt(endHash) };
}
