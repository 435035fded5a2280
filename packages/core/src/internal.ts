// For the other packages of this project only. Does not follow semantic versioning: they pin this package exactly.

// amqp: the broker link
export type { Channel, ConsumeMessage } from "amqplib";
export { toRabbitError } from "./amqp/amqp-failure.ts";
export { Broker, type BrokerPart } from "./amqp/broker.ts";
export { deadlineIn, pause, remainingMs, withDeadline, type Deadline } from "./amqp/deadline.ts";
export type { Publication } from "./amqp/publication.ts";
export { RabbitError, type RabbitErrorCode } from "./amqp/rabbit-error.ts";
export { leaseBroker, type BrokerLease } from "./amqp/shared-brokers.ts";

// registry: what RabbitMQ itself cannot hold
export type { CommandFacts, RegistryFold } from "./registry/fold.ts";
export { registryOf, type RegistryView } from "./registry/registry.ts";

// aws: what the AWS SDK sees
export { OperationError } from "./aws/operation-error.ts";
