import type { RegisterStreamConsumerInput, RegisterStreamConsumerOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { inUse, limitExceeded } from "../model/errors.ts";
import { checkTags } from "../model/tags.ts";
import { Members } from "../model/validate/members.ts";
import { REQUIRED_NAME, STREAM_ARN } from "../model/validate/rules.ts";
import { streamNameOfArn } from "../model/validate/stream-address.ts";
import { changeStream } from "./change-stream.ts";
import { describeConsumer } from "./consumer-description.ts";
import type { KinesisContext } from "./context.ts";
import { requireActiveStream } from "./stream-lookup.ts";

/** AWS: 20, or 50 with On-demand Advantage. */
const MAX_CONSUMERS = 50;

/** RegisterStreamConsumer: a name for SubscribeToShard. */
export const registerStreamConsumer: Operation<
  KinesisContext,
  RegisterStreamConsumerInput,
  RegisterStreamConsumerOutput
> = {
  status: "supported",
  difference: "The consumer is ACTIVE when the call returns.",
  async run(context, input) {
    const members = new Members(input);
    const arn = members.text("StreamARN", { ...STREAM_ARN, required: true }) ?? "";
    const consumer = members.text("ConsumerName", REQUIRED_NAME) ?? "";
    const tags = members.tags("Tags", { min: 1, max: 200 });
    members.check();
    const stream = await requireActiveStream(context, streamNameOfArn(arn));
    const { name, incarnation, consumers } = stream;
    checkTags(tags, {}, name, context.accountId);
    const on = `stream ${name} under account ${context.accountId}`;
    if (consumers.length >= MAX_CONSUMERS) throw limitExceeded(`The ${on} has ${MAX_CONSUMERS} consumers already.`);
    const outcome = await changeStream(context, { type: "register-consumer", name, incarnation, consumer, tags });
    if (outcome.type !== "registered") throw inUse(`Consumer ${consumer} of ${on} already exists.`);
    return { Consumer: await describeConsumer(context, name, outcome.consumer) };
  },
};
