import type { RabbitMQOptions } from "../amqp/options.ts";

/** Where a client's config can say which broker to use. */
export interface BrokerOptionsSource {
  readonly rabbitmq?: RabbitMQOptions | undefined;
  /** AWS's option: an `amqp(s)://…` string names the broker, anything else is left over from an emulator. */
  readonly endpoint?: unknown;
}

/**
 * The broker options of a client: `rabbitmq`, its `url` completed from an `amqp(s)://` `endpoint` or else from the
 * environment's `RABBITMQ_URL`. `url` stays absent when nothing names a broker: `leaseBroker` then says so at the first
 * call. The constructor must not, because tests construct clients that never call.
 * @throws TypeError when `rabbitmq.url` and an AMQP `endpoint` are both given.
 */
export function resolveBrokerOptions(
  { rabbitmq = {}, endpoint }: BrokerOptionsSource,
  env: NodeJS.ProcessEnv = process.env,
): RabbitMQOptions {
  if (rabbitmq.url !== undefined && isAmqpUrl(endpoint)) {
    throw new TypeError("'rabbitmq.url', 'endpoint' (an AMQP address) are mutually exclusive");
  }
  if (rabbitmq.url !== undefined) return rabbitmq;
  const url = isAmqpUrl(endpoint) ? endpoint : env["RABBITMQ_URL"];
  return url === undefined ? rabbitmq : { ...rabbitmq, url };
}

/** Whether a value is an `amqp://` or `amqps://` address. */
export function isAmqpUrl(value: unknown): value is string {
  return typeof value === "string" && /^amqps?:\/\//iu.test(value);
}
