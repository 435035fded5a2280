// The AWS seam
export { buildAbortError, throwIfAborted, untilAborted } from "./aws/abort.ts";
export type { Answering } from "./aws/answer-call.ts";
export { resolveBrokerOptions } from "./aws/broker-options.ts";
export type { BrokerOptionsSource } from "./aws/broker-options.ts";
export { resolveClientConfig } from "./aws/client-config.ts";
export type { ExceptionTable, ModelledException, UnmodelledException } from "./aws/exception-table.ts";
export type { CallContext, Operation, OperationTable, SupportStatus } from "./aws/operation.ts";
export { OperationError } from "./aws/operation-error.ts";
export { attachSeam } from "./aws/seam.ts";
export { toServiceException } from "./aws/service-exception.ts";

// Names
export {
  buildArn,
  parseArn,
  parseStreamResource,
  parseSubscriptionResource,
  streamResource,
  subscriptionResource,
} from "./names/arn.ts";
export type { Arn, ArnParts, ArnService, SubscriptionName } from "./names/arn.ts";
export { buildQueueUrl, parseQueueUrl } from "./names/queue-url.ts";
export type { ParsedQueueUrl, QueueLocation, QueueReference } from "./names/queue-url.ts";
export { DEFAULT_ACCOUNT_ID, DEFAULT_REGION } from "./names/region.ts";

// The broker
export type { RabbitMQOptions } from "./amqp/options.ts";
export { RabbitError } from "./amqp/rabbit-error.ts";
