// For users of the clients.
export type { ConnectionEvent } from "./amqp/connection-channel.ts";
export type { ConnectionStatus } from "./amqp/connection.ts";
export type { RabbitMQOptions } from "./amqp/options.ts";
export { RabbitError } from "./amqp/rabbit-error.ts";
export type { RabbitErrorCode, RabbitErrorOptions } from "./amqp/rabbit-error.ts";
export type { CallEvent } from "./telemetry/call-channel.ts";
export { propagationHeadersOf } from "./telemetry/propagation.ts";
