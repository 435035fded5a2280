import type { TagResourceInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { checkTags } from "../model/tags.ts";
import { Members } from "../model/validate/members.ts";
import { RESOURCE_ARN } from "../model/validate/rules.ts";
import { changeStream } from "./change-stream.ts";
import type { KinesisContext } from "./context.ts";
import { requireTaggedResource } from "./tagged-resource.ts";

/** TagResource: of a stream or a registered consumer. */
export const tagResource: Operation<KinesisContext, TagResourceInput, undefined> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const members = new Members(input);
    const tags = members.tags("Tags", { required: true, min: 1, max: 200 });
    const arn = members.text("ResourceARN", RESOURCE_ARN) ?? "";
    members.check();
    const resource = await requireTaggedResource(context, arn);
    checkTags(tags, resource.tags, resource.streamName, context.accountId);
    await changeStream(context, resource.change(tags, []));
    return undefined;
  },
};
