import type { RemovePermissionCommandInput } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { removePermission as removeStatement } from "@warrenmq/core/queues";
import { validateRemovePermission } from "../model/validate/remove-permission.ts";
import { changeQueue } from "./change-queue.ts";
import type { SqsContext } from "./context.ts";
import { requireQueue } from "./queue-lookup.ts";

/** RemovePermission: removes the statement of that label from the queue's Policy. */
export const removePermission: Operation<SqsContext, RemovePermissionCommandInput, undefined> = {
  status: "supported",
  difference: "The policy is stored and shown; who may do what is decided by the permissions of RabbitMQ's users.",
  async run(context, input) {
    const { name, record } = await requireQueue(context, input);
    const label = validateRemovePermission(input);
    removeStatement(record.attributes["Policy"], label);
    const outcome = await changeQueue(context, { type: "remove-permission", name, label });
    if (outcome.type === "refused")
      removeStatement((await requireQueue(context, input)).record.attributes["Policy"], label);
    return undefined;
  },
};
