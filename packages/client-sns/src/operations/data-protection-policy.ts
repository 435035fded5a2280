import type {
  GetDataProtectionPolicyCommandInput,
  GetDataProtectionPolicyResponse,
  PutDataProtectionPolicyCommandInput,
} from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { validateDataProtectionPolicy } from "../model/validate/create-topic.ts";
import type { SnsContext } from "./context.ts";
import { change, requireTopic } from "./lookup.ts";

/** GetDataProtectionPolicy. */
export const getDataProtectionPolicy: Operation<
  SnsContext,
  GetDataProtectionPolicyCommandInput,
  GetDataProtectionPolicyResponse
> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    const { dataProtectionPolicy } = await requireTopic(context, input.ResourceArn, "ResourceArn");
    return { DataProtectionPolicy: dataProtectionPolicy };
  },
};

/** PutDataProtectionPolicy. */
export const putDataProtectionPolicy: Operation<SnsContext, PutDataProtectionPolicyCommandInput, undefined> = {
  status: "partial",
  difference: "The policy is checked to be JSON, stored and shown; messages are not inspected.",
  async run(context, input) {
    const { name } = await requireTopic(context, input.ResourceArn, "ResourceArn");
    const policy = validateDataProtectionPolicy(input.DataProtectionPolicy) ?? "";
    await change(context, { type: "protect-topic", name, policy });
    return undefined;
  },
};
