import { SQSClient as AwsSQSClient } from "@aws-sdk/client-sqs";
import type { SQSClientConfig as AwsSQSClientConfig } from "@aws-sdk/client-sqs";
import { attachSeam, resolveBrokerOptions, resolveClientConfig } from "@warrenmq/core/internal";
import type { RabbitMQOptions } from "@warrenmq/core/internal";
import { sqsConventions } from "./conventions.ts";
import { sqsExceptions } from "./exceptions.ts";
import { startRuntime } from "./operations/context.ts";
import type { SqsRuntime } from "./operations/context.ts";
import { operations } from "./operations/index.ts";

/**
 * AWS's configuration, and which RabbitMQ to use. Differs from AWS: region and credentials have harmless defaults,
 * `requestHandler`, `md5` and `endpointProvider` have no effect (there is no HTTP), and no option is looked up in profiles.
 * @public
 */
export interface SQSClientConfig extends AwsSQSClientConfig {
  /**
   * The broker. An `amqp(s)://` `endpoint` names it as well.
   * @default the environment's RABBITMQ_URL
   */
  readonly rabbitmq?: RabbitMQOptions;
}

/**
 * `SQSClient` of `@aws-sdk/client-sqs`, answered by RabbitMQ. Everything that is not said here is AWS's own: `send`, the
 * middleware stack, `config`, commands and errors.
 *
 * The constructor connects to nothing. A missing or malformed broker address is an error of the first call.
 * @example
 * const sqs = new SQSClient({ rabbitmq: { url: "amqps://user:password@host:5671/vhost" } });
 * await sqs.send(new SendMessageCommand({ QueueUrl: "orders", MessageBody: "hello" }));
 * @public
 */
export class SQSClient extends AwsSQSClient {
  readonly #runtime: SqsRuntime;

  /** @throws TypeError when `rabbitmq.url` and an AMQP `endpoint` are both given. */
  constructor(config: SQSClientConfig = {}) {
    const { rabbitmq, ...awsConfig } = config;
    super(resolveClientConfig(awsConfig));
    const broker = resolveBrokerOptions({ rabbitmq, endpoint: config.endpoint });
    const runtime = startRuntime({ broker, region: () => this.config.region() });
    this.#runtime = runtime;
    attachSeam(this, {
      serviceName: "SQS",
      operations,
      exceptions: sqsExceptions,
      conventions: sqsConventions,
      contextFor: (call) => runtime.contextFor(call),
    });
  }

  /** Gives back this client's share of the connection to RabbitMQ. Calls under way are rejected. */
  override destroy(): void {
    super.destroy();
    this.#runtime.release();
  }
}
