// AWS's package, for everything that is not replaced: commands, types, paginators, exceptions.
export * from "@aws-sdk/client-sns";

// What RabbitMQ answers. An explicit export wins over the star.
export { SNSClient } from "./sns-client.ts";
export type { SNSClientConfig } from "./sns-client.ts";
export { SNS } from "./sns.ts";
export type { SigningOptions } from "./signing-options.ts";
export type { SnsQuotas } from "./model/quotas.ts";

// The worker that brings messages to HTTP and HTTPS endpoints.
export { startHttpDelivery } from "./http-delivery/start-http-delivery.ts";
export type { HttpDelivery } from "./http-delivery/start-http-delivery.ts";
export type { HttpDeliveryOptions, HttpDeliverySigning } from "./http-delivery/options.ts";
export type { DeliveryEvent } from "./http-delivery/delivery-event.ts";

// The broker side, for `rabbitmq: { … }` and for error causes.
export { RabbitError } from "@warrenmq/core";
export type { RabbitErrorCode, RabbitMQOptions } from "@warrenmq/core";
