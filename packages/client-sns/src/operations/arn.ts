import { buildArn, subscriptionResource } from "@warrenmq/core/internal";
import type { SubscriptionRecord } from "../model/sns-registry.ts";
import type { SnsContext } from "./context.ts";

/** What a subscription's ARN is before its endpoint has confirmed. */
export const PENDING = "PendingConfirmation";

/** A topic's ARN; a promise until the client's region is known. */
export function topicArn(context: SnsContext, resource: string): string | Promise<string> {
  const { accountId } = context;
  const region = context.region();
  if (typeof region !== "string") return region.then((known) => snsArn(known, accountId, resource));
  return snsArn(region, accountId, resource);
}

function snsArn(region: string, accountId: string, resource: string): string {
  return buildArn({ service: "sns", region, accountId, resource });
}

/** A subscription's ARN. */
export function subscriptionArn(
  context: SnsContext,
  { topic, id }: Pick<SubscriptionRecord, "topic" | "id">,
): string | Promise<string> {
  return topicArn(context, subscriptionResource({ topicName: topic, subscriptionId: id }));
}
