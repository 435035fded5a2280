import type { UpdateAccountSettingsInput, UpdateAccountSettingsOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { Members } from "../model/validate/members.ts";
import type { KinesisContext } from "./context.ts";
import { describeBilling } from "./describe-account-settings.ts";

/** UpdateAccountSettings. */
export const updateAccountSettings: Operation<KinesisContext, UpdateAccountSettingsInput, UpdateAccountSettingsOutput> =
  {
    status: "partial",
    difference: "The billing commitment is stored and shown; nobody is billed.",
    async run({ kinesis, deadline }, input) {
      const members = new Members(input);
      const commitment = members.structure("MinimumThroughputBillingCommitment", { required: true });
      const status = commitment?.text("Status", { required: true, values: ["ENABLED", "DISABLED"] });
      members.check();
      const command = { type: "set-billing", status: status === "ENABLED" ? "ENABLED" : "DISABLED" } as const;
      await kinesis.registry.append(command, deadline);
      return { MinimumThroughputBillingCommitment: describeBilling(kinesis.registry.state) };
    },
  };
