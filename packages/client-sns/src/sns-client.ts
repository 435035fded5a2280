import { SNSClient as AwsSNSClient } from "@aws-sdk/client-sns";
import type { SNSClientConfig as AwsSNSClientConfig } from "@aws-sdk/client-sns";
import { attachSeam, resolveBrokerOptions, resolveClientConfig } from "@warrenmq/core/internal";
import type { RabbitMQOptions } from "@warrenmq/core/internal";
import { snsConventions } from "./conventions.ts";
import { snsExceptions } from "./exceptions.ts";
import { AWS_QUOTAS, type SnsQuotas } from "./model/quotas.ts";
import { startRuntime } from "./operations/context.ts";
import type { SnsRuntime } from "./operations/context.ts";
import { operations } from "./operations/index.ts";
import { resolveSigningKey, type SigningOptions } from "./signing-options.ts";

/**
 * AWS's configuration, and which RabbitMQ to use. Differs from AWS: region and credentials have harmless defaults,
 * `requestHandler` and `endpointProvider` have no effect (there is no HTTP), and no option is looked up in profiles.
 * @public
 */
export interface SNSClientConfig extends AwsSNSClientConfig {
  /**
   * The broker. An `amqp(s)://` `endpoint` names it as well.
   * @default the environment's RABBITMQ_URL
   */
  readonly rabbitmq?: RabbitMQOptions;
  /**
   * Signs the JSON documents that queues get. Without it their `Signature` is empty, because nobody reads it in a queue
   * and RSA takes a quarter of a millisecond. What a delivery worker posts is signed always.
   */
  readonly signing?: SigningOptions;
  /**
   * How much there may be, as Service Quotas say it for an AWS account. Topics and subscriptions count for the whole
   * virtual host, whichever client made them; each client goes by its own quotas.
   * @default AWS's, for an account that has asked for no more
   */
  readonly quotas?: Partial<SnsQuotas>;
}

/**
 * `SNSClient` of `@aws-sdk/client-sns`, answered by RabbitMQ. Everything that is not said here is AWS's own: `send`, the
 * middleware stack, `config`, commands and errors.
 *
 * The constructor connects to nothing. A missing or malformed broker address is an error of the first call.
 * @example
 * const sns = new SNSClient({ rabbitmq: { url: "amqps://user:password@host:5671/vhost" } });
 * const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "orders" }));
 * await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
 * @public
 */
export class SNSClient extends AwsSNSClient {
  readonly #runtime: SnsRuntime;

  /** @throws TypeError when `rabbitmq.url` and an AMQP `endpoint` are both given, or the signing key is no RSA key. */
  constructor(config: SNSClientConfig = {}) {
    const { rabbitmq, signing, quotas, ...awsConfig } = config;
    super(resolveClientConfig(awsConfig));
    const broker = resolveBrokerOptions({ rabbitmq, endpoint: config.endpoint });
    const signingKey = signing === undefined ? undefined : resolveSigningKey(signing);
    const runtime = startRuntime({
      broker,
      region: () => this.config.region(),
      signingKey,
      quotas: { ...AWS_QUOTAS, ...quotas },
    });
    this.#runtime = runtime;
    attachSeam(this, {
      serviceName: "SNS",
      operations,
      exceptions: snsExceptions,
      conventions: snsConventions,
      contextFor: (call) => runtime.contextFor(call),
    });
  }

  /** Gives back this client's share of the connection to RabbitMQ. Calls under way are rejected. */
  override destroy(): void {
    super.destroy();
    this.#runtime.release();
  }
}
