import type { RemoveTagsFromStreamInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { checkCharacters } from "../model/tags.ts";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import { changeStream } from "./change-stream.ts";
import type { KinesisContext } from "./context.ts";
import { requireStream } from "./stream-lookup.ts";

/** RemoveTagsFromStream. */
export const removeTagsFromStream: Operation<KinesisContext, RemoveTagsFromStreamInput, undefined> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const members = new Members(input);
    const removed = members.texts("TagKeys", { required: true, min: 1, max: 50, maxLength: 128 });
    const { name, incarnation } = await requireStream(context, readStreamName(members));
    checkCharacters(removed);
    await changeStream(context, { type: "tag-stream", name, incarnation, tags: {}, removed });
    return undefined;
  },
};
