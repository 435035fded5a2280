// For users.
export type { ConnectionStatus } from "./amqp/connection.ts";
export type { RabbitMQOptions } from "./amqp/options.ts";
export { RabbitError, type RabbitErrorCode } from "./amqp/rabbit-error.ts";
