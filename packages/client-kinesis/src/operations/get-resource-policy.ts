import type { GetResourcePolicyInput, GetResourcePolicyOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { Members } from "../model/validate/members.ts";
import type { KinesisContext } from "./context.ts";
import { noPolicy, requirePolicyResource } from "./policy-resource.ts";

/** GetResourcePolicy. */
export const getResourcePolicy: Operation<KinesisContext, GetResourcePolicyInput, GetResourcePolicyOutput> = {
  status: "partial",
  difference: "The policy is stored and shown; who may do what is decided by the permissions of RabbitMQ's users.",
  async run(context, input) {
    const resource = await requirePolicyResource(context, new Members(input));
    await context.kinesis.registry.sync(context.deadline);
    const Policy = context.kinesis.registry.state.policies.get(resource);
    if (Policy === undefined) throw noPolicy(resource);
    return { Policy };
  },
};
