import type { DeregisterStreamConsumerInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { changeStream } from "./change-stream.ts";
import type { KinesisContext } from "./context.ts";
import { requireNamedConsumer } from "./named-consumer.ts";

/** DeregisterStreamConsumer: its subscriptions end. */
export const deregisterStreamConsumer: Operation<KinesisContext, DeregisterStreamConsumerInput, undefined> = {
  status: "supported",
  difference: "Takes effect at once.",
  async run(context, input) {
    const { stream, consumer } = await requireNamedConsumer(context, input);
    const { name, incarnation } = stream;
    await changeStream(context, { type: "deregister-consumer", name, incarnation, consumer: consumer.name });
    return undefined;
  },
};
