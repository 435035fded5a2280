import type {
  DescribeAccountSettingsInput,
  DescribeAccountSettingsOutput,
  MinimumThroughputBillingCommitmentOutput,
} from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import type { StreamState } from "../model/stream-command.ts";
import type { KinesisContext } from "./context.ts";
import { toSecond } from "./stream-description.ts";

/** DescribeAccountSettings. */
export const describeAccountSettings: Operation<
  KinesisContext,
  DescribeAccountSettingsInput,
  DescribeAccountSettingsOutput
> = {
  status: "partial",
  difference: "The billing commitment is stored and shown; nobody is billed.",
  async run({ kinesis, deadline }) {
    await kinesis.directory.refresh(deadline);
    return { MinimumThroughputBillingCommitment: describeBilling(kinesis.registry.state) };
  },
};

/** The commitment as Kinesis shows it. */
export function describeBilling({ billing }: Pick<StreamState, "billing">): MinimumThroughputBillingCommitmentOutput {
  const { status, at } = billing;
  if (at === 0) return { Status: status };
  return status === "ENABLED" ? { Status: status, StartedAt: toSecond(at) } : { Status: status, EndedAt: toSecond(at) };
}
