import type { CreateTopicCommandInput, CreateTopicResponse } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { invalidParameter } from "../model/errors.ts";
import { checkTopicQuota } from "../model/quotas.ts";
import type { TopicRecord } from "../model/sns-registry.ts";
import { archiveDays, sameAttributes } from "../model/topic-attributes.ts";
import { validateCreateTopic, type ValidCreateTopic } from "../model/validate/create-topic.ts";
import { topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { change } from "./lookup.ts";

/** CreateTopic: declares a durable direct exchange of that name, and records attributes and tags. Idempotent as AWS's. */
export const createTopic: Operation<SnsContext, CreateTopicCommandInput, CreateTopicResponse> = {
  status: "supported",
  difference: "A name may have 255 characters, not 256.",
  async run(context, input) {
    const requested = validateCreateTopic(input);
    const { name, attributes, tags } = requested;
    const { sns, deadline, quotas } = context;
    await sns.registry.ready(deadline);
    if (!sns.registry.state.topics.has(name)) checkTopicQuota(sns.registry.state, name, quotas);
    const outcome = await context.sns.createTopic({ type: "create-topic", name, attributes, tags }, context.deadline);
    if (outcome.type === "topic-exists") refuseDifferent(outcome.topic, requested);
    else await afterCreation(context, requested);
    return { TopicArn: await topicArn(context, name) };
  },
};

async function afterCreation(context: SnsContext, requested: ValidCreateTopic): Promise<void> {
  const { name, attributes, dataProtectionPolicy } = requested;
  const days = archiveDays(attributes);
  if (days !== undefined) await context.sns.archive(name).declare(days, context.deadline);
  if (!dataProtectionPolicy) return;
  await change(context, { type: "protect-topic", name, policy: dataProtectionPolicy });
}

function refuseDifferent(existing: TopicRecord, { attributes, tags }: ValidCreateTopic): void {
  if (!sameAttributes(existing.attributes, attributes)) {
    throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
  }
  const same = Object.entries(tags).every(([key, value]) => existing.tags[key] === value);
  if (!same) throw invalidParameter("Tags Reason: Topic already exists with different tags");
}
