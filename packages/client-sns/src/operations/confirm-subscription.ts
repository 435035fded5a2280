import type { ConfirmSubscriptionCommandInput, ConfirmSubscriptionResponse } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { invalidParameter } from "../model/errors.ts";
import { optionalText } from "../model/input.ts";
import { subscriptionsOf, type SubscriptionRecord } from "../model/sns-registry.ts";
import { subscriptionArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { change, requireTopic } from "./lookup.ts";

/** AWS: a token is valid for two days. */
const TOKEN_MS = 172_800_000;

/** ConfirmSubscription: from now on messages go to the endpoint. */
export const confirmSubscription: Operation<SnsContext, ConfirmSubscriptionCommandInput, ConfirmSubscriptionResponse> =
  {
    status: "supported",
    difference: "",
    async run(context, input) {
      const topic = await requireTopic(context, input.TopicArn);
      const subscription = await findByToken(context, topic.name, optionalText(input.Token) ?? "");
      const { id, confirmed } = subscription;
      if (!confirmed) {
        await context.sns.bindings.bind(subscription, context.deadline);
        const authenticate = optionalText(input.AuthenticateOnUnsubscribe)?.toLowerCase() === "true";
        await change(context, { type: "confirm", name: topic.name, id, authenticate });
      }
      return { SubscriptionArn: await subscriptionArn(context, subscription) };
    },
  };

async function findByToken(context: SnsContext, topic: string, token: string): Promise<SubscriptionRecord> {
  if (!/^[0-9a-f]{160}$/.test(token)) throw invalidParameter("Token");
  await context.sns.registry.sync(context.deadline);
  const found = subscriptionsOf(context.sns.registry.state, topic).find((subscription) => subscription.token === token);
  if (found === undefined || Date.now() - found.tokenAt > TOKEN_MS) throw invalidParameter("Token");
  return found;
}
