import type { AddPermissionCommandInput } from "@aws-sdk/client-sqs";
import type { Operation } from "@warrenmq/core/internal";
import { addPermission as addStatement } from "@warrenmq/core/queues";
import { validateAddPermission } from "../model/validate/add-permission.ts";
import { changeQueue } from "./change-queue.ts";
import type { SqsContext } from "./context.ts";
import { queueArn } from "./queue-address.ts";
import { requireQueue } from "./queue-lookup.ts";

/** AddPermission: adds a statement to the queue's Policy. */
export const addPermission: Operation<SqsContext, AddPermissionCommandInput, undefined> = {
  status: "supported",
  difference: "The policy is stored and shown; who may do what is decided by the permissions of RabbitMQ's users.",
  async run(context, input) {
    const { name, record } = await requireQueue(context, input);
    const grant = validateAddPermission(input);
    const arn = await queueArn(context, name);
    // Throws what AWS answers. Another process may be first: then the registry says so, and the second look throws.
    addStatement(record.attributes["Policy"], arn, grant);
    const outcome = await changeQueue(context, { type: "add-permission", name, queueArn: arn, ...grant });
    if (outcome.type === "refused")
      addStatement((await requireQueue(context, input)).record.attributes["Policy"], arn, grant);
    return undefined;
  },
};
