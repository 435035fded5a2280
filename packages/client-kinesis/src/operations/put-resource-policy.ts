import type { PutResourcePolicyInput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { invalidArgument } from "../model/errors.ts";
import { Members } from "../model/validate/members.ts";
import type { KinesisContext } from "./context.ts";
import { requirePolicyResource } from "./policy-resource.ts";

/** PutResourcePolicy. */
export const putResourcePolicy: Operation<KinesisContext, PutResourcePolicyInput, undefined> = {
  status: "partial",
  difference: "The policy is stored and shown; who may do what is decided by the permissions of RabbitMQ's users.",
  async run(context, input) {
    const members = new Members(input);
    const policy = members.text("Policy", { required: true }) ?? "";
    const resource = await requirePolicyResource(context, members);
    if (!isJsonObject(policy)) throw invalidArgument("Policy is not a valid JSON document.");
    await context.kinesis.registry.append({ type: "set-policy", resource, policy }, context.deadline);
    return undefined;
  },
};

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
