import type { SetTopicAttributesCommandInput } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { optionalText } from "../model/input.ts";
import { archiveDays, parseTopicAttribute } from "../model/topic-attributes.ts";
import { topicFacts } from "../model/topic-facts.ts";
import type { SnsContext } from "./context.ts";
import { change, requireTopic } from "./lookup.ts";

/** SetTopicAttributes: changes the topic's record; every process sees it within milliseconds. */
export const setTopicAttributes: Operation<SnsContext, SetTopicAttributesCommandInput, undefined> = {
  status: "partial",
  difference:
    "Policies, keys and feedback roles are stored and shown; who may do what is decided by the permissions of RabbitMQ's users. The archive's stream keeps the retention that it was made with.",
  async run(context, input) {
    const topic = await requireTopic(context, input.TopicArn);
    const name = optionalText(input.AttributeName) ?? "";
    const value = parseTopicAttribute(name, optionalText(input.AttributeValue) ?? "", topicFacts(topic).fifo);
    const days = archiveDays(value === undefined ? {} : { [name]: value });
    if (days !== undefined) await context.sns.archive(topic.name).declare(days, context.deadline);
    await change(context, {
      type: "set-topic-attributes",
      name: topic.name,
      attributes: value === undefined ? {} : { [name]: value },
      removed: value === undefined ? [name] : [],
    });
    return undefined;
  },
};
