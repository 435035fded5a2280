import type { CreateStreamInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { inUse } from "../model/errors.ts";
import { validateCreateStream } from "../model/validate/create-stream.ts";
import type { KinesisContext } from "./context.ts";

/** CreateStream: declares a stream queue for each shard. */
export const createStream: Operation<KinesisContext, CreateStreamInput, undefined> = {
  status: "supported",
  difference: "The stream is ACTIVE when the call returns. WarmThroughputMiBps is stored and shown.",
  async run(context, input) {
    const { kinesis, deadline, accountId, keepHours } = context;
    const valid = validateCreateStream(input);
    const outcome = await kinesis.createStream({ type: "create-stream", ...valid, keepHours }, deadline);
    if (outcome.type === "exists") throw inUse(`Stream ${valid.name} under account ${accountId} already exists.`);
    return undefined;
  },
};
