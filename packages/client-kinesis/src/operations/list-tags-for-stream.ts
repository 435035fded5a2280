import type { ListTagsForStreamInput, ListTagsForStreamOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { Members } from "../model/validate/members.ts";
import { readStreamName } from "../model/validate/stream-address.ts";
import type { KinesisContext } from "./context.ts";
import { requireStream } from "./stream-lookup.ts";
import { describeTags } from "./tag-description.ts";

const MAX_TAGS = 50;

/** ListTagsForStream: by key. */
export const listTagsForStream: Operation<KinesisContext, ListTagsForStreamInput, ListTagsForStreamOutput> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const members = new Members(input);
    const limit = members.integer("Limit", { min: 1, max: MAX_TAGS }) ?? MAX_TAGS;
    const after = members.text("ExclusiveStartTagKey", { min: 1, max: 128 }) ?? "";
    const { tags } = await requireStream(context, readStreamName(members));
    const rest = describeTags(tags).filter(({ Key = "" }) => Key > after);
    return { Tags: rest.slice(0, limit), HasMoreTags: rest.length > limit };
  },
};
