import type { DisableEnhancedMonitoringInput, EnhancedMonitoringOutput } from "@aws-sdk/client-kinesis";
import type { Operation } from "@warrenmq/core/internal";
import { changeMonitoring } from "./change-monitoring.ts";
import type { KinesisContext } from "./context.ts";

/** DisableEnhancedMonitoring. */
export const disableEnhancedMonitoring: Operation<
  KinesisContext,
  DisableEnhancedMonitoringInput,
  EnhancedMonitoringOutput
> = {
  status: "partial",
  difference: "Stored and shown; RabbitMQ's own metrics are there for each shard's stream queue.",
  run: (context, input) => changeMonitoring(context, input, "disable"),
};
