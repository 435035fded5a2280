import { notFound } from "../model/errors.ts";
import type { Members } from "../model/validate/members.ts";
import { RESOURCE_ARN } from "../model/validate/rules.ts";
import type { KinesisContext } from "./context.ts";
import { requireTaggedResource } from "./tagged-resource.ts";

/** The ARN of the stream or consumer whose policy a call is about; both are there. */
export async function requirePolicyResource(context: KinesisContext, members: Members): Promise<string> {
  const arn = members.text("ResourceARN", RESOURCE_ARN) ?? "";
  members.check();
  await requireTaggedResource(context, arn);
  return arn;
}

/** Kinesis' answer where there is no policy. */
export function noPolicy(arn: string): Error {
  return notFound(`No resource policy found for resource ARN ${arn}`);
}
