// For the other packages of this project only. Does not follow semantic versioning: they pin this package exactly.

// amqp: the broker link
export type { Channel, ConsumeMessage } from "amqplib";
export { toRabbitError } from "./amqp/amqp-failure.ts";
export { backOffMs } from "./amqp/back-off.ts";
export { beginConsuming } from "./amqp/begin-consuming.ts";
export { Broker, type BrokerPart } from "./amqp/broker.ts";
export { coalesceWrites } from "./amqp/coalesce-writes.ts";
export { deadlineIn, pause, remainingMs, withDeadline, type Deadline } from "./amqp/deadline.ts";
export { handedOver } from "./amqp/handed-over.ts";
export { KeepAlive } from "./amqp/keep-alive.ts";
export type { RabbitMQOptions } from "./amqp/options.ts";
export type { MessageProperties, Publication } from "./amqp/publication.ts";
export { RabbitError, type RabbitErrorCode } from "./amqp/rabbit-error.ts";
export { readTlsParameters } from "./amqp/tls.ts";
export { StreamLog, type StreamRecord } from "./amqp/stream-log.ts";
export { leaseBroker, type BrokerLease } from "./amqp/shared-brokers.ts";

// aws: what the AWS SDK sees
export { buildAbortError, throwIfAborted, untilAborted } from "./aws/abort.ts";
export type { Answering } from "./aws/answer-call.ts";
export { resolveBrokerOptions } from "./aws/broker-options.ts";
export type { BrokerOptionsSource } from "./aws/broker-options.ts";
export { resolveClientConfig } from "./aws/client-config.ts";
export type { ExceptionTable, ModelledException, UnmodelledException } from "./aws/exception-table.ts";
export { keepingProcessAlive } from "./aws/keep-alive.ts";
export type { CallContext, Operation, OperationTable, SupportStatus } from "./aws/operation.ts";
export { OperationError } from "./aws/operation-error.ts";
export { attachSeam } from "./aws/seam.ts";
export { toServiceException } from "./aws/service-exception.ts";

// control: requests between processes
export { controlLinkOf, type ControlLink } from "./control/control-link.ts";

// names: queue URLs, ARNs, regions
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
export { DEFAULT_ACCOUNT_ID, DEFAULT_REGION, partitionOf } from "./names/region.ts";

// telemetry: what OpenTelemetry and diagnostics channels see
export type { MessagingCall, MessagingConventions, MessagingResult } from "./telemetry/messaging-call.ts";
export { propagationHeadersOf, rememberPropagation } from "./telemetry/propagation.ts";
export type { PropagationHeaders } from "./telemetry/propagation.ts";

// registry: what RabbitMQ itself cannot hold
export { CommandLog, type LogStream } from "./registry/command-log.ts";
export type { CommandRecord } from "./registry/command-record.ts";
export type { CommandFacts, RegistryFold, StateSnapshot } from "./registry/fold.ts";
export { registryOf } from "./registry/registry.ts";
export type { RegistryView } from "./registry/service-view.ts";
