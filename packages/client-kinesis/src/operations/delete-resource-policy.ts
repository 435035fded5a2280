import type { DeleteResourcePolicyInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { Members } from "../model/validate/members.ts";
import type { KinesisContext } from "./context.ts";
import { noPolicy, requirePolicyResource } from "./policy-resource.ts";

/** DeleteResourcePolicy. */
export const deleteResourcePolicy: Operation<KinesisContext, DeleteResourcePolicyInput, undefined> = {
  status: "partial",
  difference: "The policy is stored and shown; who may do what is decided by the permissions of RabbitMQ's users.",
  async run(context, input) {
    const { kinesis, deadline } = context;
    const resource = await requirePolicyResource(context, new Members(input));
    await kinesis.directory.refresh(deadline);
    if (!kinesis.registry.state.policies.has(resource)) throw noPolicy(resource);
    await kinesis.registry.append({ type: "set-policy", resource, policy: undefined }, deadline);
    return undefined;
  },
};
