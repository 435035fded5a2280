import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceResponse,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-sns";
import { OperationError, type Operation } from "@warrenmq/core/internal";
import { topicNameOf } from "../model/arns.ts";
import { textList } from "../model/input.ts";
import type { TopicRecord } from "../model/sns-registry.ts";
import { validateTags } from "../model/validate/tags.ts";
import type { SnsContext } from "./context.ts";
import { change } from "./lookup.ts";

/** TagResource: tags are kept in the registry. */
export const tagResource: Operation<SnsContext, TagResourceCommandInput, object> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { name, tags } = await requireResource(context, input.ResourceArn);
    await change(context, { type: "tag-topic", name, tags: validateTags(input.Tags, tags) });
    return {};
  },
};

/** UntagResource: keys that the topic does not have are ignored. */
export const untagResource: Operation<SnsContext, UntagResourceCommandInput, object> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { name } = await requireResource(context, input.ResourceArn);
    await change(context, { type: "untag-topic", name, keys: textList(input.TagKeys) });
    return {};
  },
};

/** ListTagsForResource. */
export const listTagsForResource: Operation<SnsContext, ListTagsForResourceCommandInput, ListTagsForResourceResponse> =
  {
    status: "supported",
    difference: "",
    async run(context, input) {
      const { tags } = await requireResource(context, input.ResourceArn);
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };

async function requireResource(context: SnsContext, arn: unknown): Promise<TopicRecord> {
  const topic = await context.sns.findTopic(topicNameOf(arn, "ResourceArn"), context.deadline);
  if (topic === undefined) throw new OperationError("ResourceNotFoundException", "Resource does not exist");
  return topic;
}
