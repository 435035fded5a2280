import type { AddPermissionCommandInput, RemovePermissionCommandInput } from "@aws-sdk/client-sns";
import type { Operation } from "@warrenmq/core/internal";
import { invalidParameter } from "../model/errors.ts";
import { validateAddPermission, validateLabel } from "../model/validate/permissions.ts";
import { topicArn } from "./arn.ts";
import type { SnsContext } from "./context.ts";
import { change, requireTopic } from "./lookup.ts";

const DIFFERENCE = "The policy is stored and shown; who may do what is decided by the permissions of RabbitMQ's users.";

/** AddPermission: adds a statement to the topic's Policy. */
export const addPermission: Operation<SnsContext, AddPermissionCommandInput, undefined> = {
  status: "supported",
  difference: DIFFERENCE,
  async run(context, input) {
    const { name } = await requireTopic(context, input.TopicArn);
    const grant = validateAddPermission(input);
    const arn = await topicArn(context, name);
    const outcome = await change(context, { type: "add-permission", name, topicArn: arn, ...grant });
    if (outcome.type === "refused") throw invalidParameter("Statement already exists");
    return undefined;
  },
};

/** RemovePermission: removes a statement of the topic's Policy. */
export const removePermission: Operation<SnsContext, RemovePermissionCommandInput, undefined> = {
  status: "supported",
  difference: DIFFERENCE,
  async run(context, input) {
    const { name } = await requireTopic(context, input.TopicArn);
    const label = validateLabel(input);
    const arn = await topicArn(context, name);
    const outcome = await change(context, { type: "remove-permission", name, topicArn: arn, label });
    if (outcome.type === "refused") throw invalidParameter("Label Reason: the policy has no such statement");
    return undefined;
  },
};
