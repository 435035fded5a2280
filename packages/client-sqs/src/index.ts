// AWS's package, for everything that is not replaced: commands, types, paginators, exceptions.
export * from "@aws-sdk/client-sqs";

// What RabbitMQ answers. An explicit export wins over the star.
export { SQSClient } from "./sqs-client.ts";
export type { SQSClientConfig } from "./sqs-client.ts";
export { SQS } from "./sqs.ts";

// The broker side, for `rabbitmq: { … }` and for error causes.
export { propagationHeadersOf, RabbitError } from "@warrenmq/core";
export type { CallEvent, ConnectionEvent, RabbitErrorCode, RabbitMQOptions } from "@warrenmq/core";
