import type { DeleteStreamInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { inUse, streamNotFound } from "../model/errors.ts";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";

/** DeleteStream: deletes the shards' stream queues with all their records. */
export const deleteStream: Operation<KinesisContext, DeleteStreamInput, undefined> = {
  status: "supported",
  difference: "Takes effect at once.",
  async run(context, input) {
    const { kinesis, deadline, accountId } = context;
    const members = new Members(input);
    const enforce = members.flag("EnforceConsumerDeletion");
    const name = readStreamName(members);
    const outcome = await kinesis.deleteStream(name, enforce, deadline);
    if (outcome.type === "no-such-stream") throw streamNotFound(name, accountId);
    if (outcome.type !== "in-use") return undefined;
    throw inUse(
      `Stream ${name} under account ${accountId} has registered consumers. To delete it with them, set EnforceConsumerDeletion.`,
    );
  },
};
