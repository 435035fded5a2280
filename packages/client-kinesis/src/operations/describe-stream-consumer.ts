import type { DescribeStreamConsumerInput, DescribeStreamConsumerOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { describeConsumer } from "./consumer-description.ts";
import type { KinesisContext } from "./context.ts";
import { requireNamedConsumer } from "./named-consumer.ts";
import { streamArn } from "./stream-lookup.ts";

/** DescribeStreamConsumer. */
export const describeStreamConsumer: Operation<
  KinesisContext,
  DescribeStreamConsumerInput,
  DescribeStreamConsumerOutput
> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { stream, consumer } = await requireNamedConsumer(context, input);
    const description = await describeConsumer(context, stream.name, consumer);
    return { ConsumerDescription: { ...description, StreamARN: await streamArn(context, stream.name) } };
  },
};
