import { buildArn, subscriptionResource } from "@warrenmq/core/internal";
import type { SubscriptionRecord } from "../model/sns-registry.ts";
import type { SnsContext } from "./context.ts";

/** What a subscription's ARN is before its endpoint has confirmed. */
export const PENDING = "PendingConfirmation";

/** A topic's ARN. */
export async function topicArn(context: SnsContext, resource: string): Promise<string> {
  return buildArn({ service: "sns", region: await context.region(), accountId: context.accountId, resource });
}

/** A subscription's ARN. */
export function subscriptionArn(
  context: SnsContext,
  { topic, id }: Pick<SubscriptionRecord, "topic" | "id">,
): Promise<string> {
  return topicArn(context, subscriptionResource({ topicName: topic, subscriptionId: id }));
}
