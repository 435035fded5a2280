import type { UntagResourceInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { Members } from "../model/validate/members.ts";
import { RESOURCE_ARN } from "../model/validate/rules.ts";
import { changeStream } from "./change-stream.ts";
import type { KinesisContext } from "./context.ts";
import { requireTaggedResource } from "./tagged-resource.ts";

/** UntagResource: of a stream or a registered consumer. */
export const untagResource: Operation<KinesisContext, UntagResourceInput, undefined> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const members = new Members(input);
    const removed = members.texts("TagKeys", { required: true, min: 1, max: 50, maxLength: 128 });
    const arn = members.text("ResourceARN", RESOURCE_ARN) ?? "";
    members.check();
    const resource = await requireTaggedResource(context, arn);
    await changeStream(context, resource.change({}, removed));
    return undefined;
  },
};
