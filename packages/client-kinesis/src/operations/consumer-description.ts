import type { Consumer } from "@aws-sdk/client-kinesis";
import type { ConsumerRecord } from "../model/stream-record.ts";
import type { KinesisContext } from "./context.ts";
import { toSecond } from "./stream-description.ts";
import { consumerArn } from "./stream-lookup.ts";

/** A consumer as Kinesis shows it. */
export async function describeConsumer(
  context: KinesisContext,
  streamName: string,
  consumer: ConsumerRecord,
): Promise<Consumer> {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: await consumerArn(context, streamName, consumer),
    ConsumerStatus: "ACTIVE",
    ConsumerCreationTimestamp: toSecond(consumer.createdAt),
  };
}
