import type { DescribeStreamSummaryInput, DescribeStreamSummaryOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { openShards } from "../model/stream-record.ts";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { describeCommon } from "./stream-description.ts";
import { requireStream } from "./stream-lookup.ts";

/** DescribeStreamSummary: the stream without its shards. */
export const describeStreamSummary: Operation<KinesisContext, DescribeStreamSummaryInput, DescribeStreamSummaryOutput> =
  {
    status: "supported",
    difference: "",
    async run(context, input) {
      const stream = await requireStream(context, readStreamName(new Members(input)));
      const { warmThroughput, maxRecordSizeInKiB, distribution } = stream.settings;
      const warm =
        warmThroughput === 0 ? {} : { WarmThroughput: { TargetMiBps: warmThroughput, CurrentMiBps: warmThroughput } };
      return {
        StreamDescriptionSummary: {
          ...(await describeCommon(context, stream)),
          OpenShardCount: openShards(stream).length,
          ConsumerCount: stream.consumers.length,
          ...warm,
          MaxRecordSizeInKiB: maxRecordSizeInKiB,
          ChannelCount: 0,
          RecordDistributionStrategy: distribution,
        },
      };
    },
  };
