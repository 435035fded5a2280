import type { ListTagsForResourceInput, ListTagsForResourceOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { Members } from "../model/validate/members.ts";
import { RESOURCE_ARN } from "../model/validate/rules.ts";
import type { KinesisContext } from "./context.ts";
import { describeTags } from "./tag-description.ts";
import { requireTaggedResource } from "./tagged-resource.ts";

/** ListTagsForResource: of a stream or a registered consumer. */
export const listTagsForResource: Operation<KinesisContext, ListTagsForResourceInput, ListTagsForResourceOutput> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const members = new Members(input);
    const arn = members.text("ResourceARN", RESOURCE_ARN) ?? "";
    members.check();
    const { tags } = await requireTaggedResource(context, arn);
    return { Tags: describeTags(tags) };
  },
};
