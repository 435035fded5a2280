// AWS's package, for everything that is not replaced: commands, types, paginators, waiters, exceptions.
export * from "@aws-sdk/client-kinesis";

// What RabbitMQ answers. An explicit export wins over the star.
export { KinesisClient } from "./kinesis-client.ts";
export type { KinesisClientConfig } from "./kinesis-client.ts";
export type { KinesisRabbitMQOptions, StreamsOptions, StreamsTransport } from "./streams-options.ts";
export type { NpmStreamClient } from "./broker/npm-stream-client.ts";
export { Kinesis } from "./kinesis.ts";

// The broker side, for `rabbitmq: { … }` and for error causes.
export { RabbitError } from "@warrenmq/core";
export type { RabbitErrorCode, RabbitMQOptions } from "@warrenmq/core";

// A consumer group, which AWS has no library for in Node.
export { StreamConsumer } from "./consumer/stream-consumer.ts";
export type { RecordBatch, ShardProgress, StreamConsumerOptions } from "./consumer/consumer-options.ts";
