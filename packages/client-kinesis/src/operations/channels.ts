import { OperationError, type Operation } from "@warrenmq/core/internal";
import type { KinesisContext } from "./context.ts";

const REASON =
  "A channel delivers records to Amazon S3, which RabbitMQ does not: read the stream and write them where they belong.";

/** The operations on channels, which deliver to Amazon S3. The seam refuses them by their status. */
export const channelOperation: Operation<KinesisContext, unknown, never> = {
  status: "unsupported",
  difference: REASON,
  run: () => Promise.reject(new OperationError("UnsupportedOperation", REASON)),
};
