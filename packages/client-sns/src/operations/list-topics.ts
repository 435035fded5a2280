import type { ListTopicsCommandInput, ListTopicsResponse } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { pageOf } from "./page.ts";

/** ListTopics: the topics in the registry, by name. */
export const listTopics: Operation<SnsContext, ListTopicsCommandInput, ListTopicsResponse> = {
  status: "supported",
  difference: "",
  async run(context, input) {
    await context.sns.registry.sync(context.deadline);
    const page = pageOf([...context.sns.registry.state.topics.keys()], (name) => name, input.NextToken);
    const result: ListTopicsResponse = {
      Topics: await Promise.all(page.items.map(async (name) => ({ TopicArn: await topicArn(context, name) }))),
    };
    if (page.nextToken !== undefined) result.NextToken = page.nextToken;
    return result;
  },
};
