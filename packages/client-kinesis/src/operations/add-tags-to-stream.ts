import type { AddTagsToStreamInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { checkTags } from "../model/tags.ts";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import { changeStream } from "./change-stream.ts";
import type { KinesisContext } from "./context.ts";
import { requireStream } from "./stream-lookup.ts";

/** AddTagsToStream: tags are kept in the registry. */
export const addTagsToStream: Operation<KinesisContext, AddTagsToStreamInput, undefined> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const members = new Members(input);
    const tags = members.tags("Tags", { required: true, min: 1, max: 200 });
    const stream = await requireStream(context, readStreamName(members));
    checkTags(tags, stream.tags, stream.name, context.accountId);
    const { name, incarnation } = stream;
    await changeStream(context, { type: "tag-stream", name, incarnation, tags, removed: [] });
    return undefined;
  },
};
