import { KinesisClient as AwsKinesisClient } from "@aws-sdk/client-kinesis";
import type { KinesisClientConfig as AwsKinesisClientConfig } from "@aws-sdk/client-kinesis";
import { attachSeam, resolveBrokerOptions, resolveClientConfig } from "@warrenmq/core/internal";
import { kinesisConventions } from "./conventions.ts";
import { kinesisExceptions } from "./exceptions.ts";
import { startRuntime } from "./operations/context.ts";
import type { KinesisRuntime } from "./operations/context.ts";
import { operations } from "./operations/index.ts";
import type { KinesisRabbitMQOptions } from "./streams-options.ts";

/**
 * AWS's configuration, and which RabbitMQ to use. Differs from AWS: region and credentials have harmless defaults,
 * `requestHandler` and `endpointProvider` have no effect (there is no HTTP), and no option is looked up in profiles.
 * @public
 */
export interface KinesisClientConfig extends AwsKinesisClientConfig {
  /**
   * The broker. An `amqp(s)://` `endpoint` names it as well.
   * @default the environment's RABBITMQ_URL
   */
  readonly rabbitmq?: KinesisRabbitMQOptions;
  /**
   * Whether the records of one PutRecords call that go to the same shard share an AMQP message. Switch it off when clients
   * that do not know the frame (docs/decisions/050-kinesis-batch-frames.md) read the shards' streams.
   * @default true
   */
  readonly batchFrames?: boolean;
  /**
   * For how many hours RabbitMQ keeps the records of shards that this client creates, at least: the longest retention
   * period that IncreaseStreamRetentionPeriod can give them. It cannot be changed later. RabbitMQ removes whole segments of
   * 100 MB, so that it may keep them longer; they are not shown then.
   * @default 168
   */
  readonly keepHours?: number;
}

/**
 * `KinesisClient` of `@aws-sdk/client-kinesis`, answered by RabbitMQ. Everything that is not said here is AWS's own: `send`,
 * the middleware stack, `config`, commands and errors.
 *
 * The constructor connects to nothing. A missing or malformed broker address is an error of the first call.
 * @example
 * const kinesis = new KinesisClient({ rabbitmq: { url: "amqps://user:password@host:5671/vhost" } });
 * await kinesis.send(new PutRecordCommand({ StreamName: "clicks", PartitionKey: "user-17", Data: Buffer.from("hello") }));
 * @public
 */
export class KinesisClient extends AwsKinesisClient {
  readonly #runtime: KinesisRuntime;

  /** @throws TypeError when `rabbitmq.url` and an AMQP `endpoint` are both given. */
  constructor(config: KinesisClientConfig = {}) {
    const { rabbitmq: { streams = {}, ...rabbitmq } = {}, batchFrames = true, keepHours = 168, ...awsConfig } = config;
    super(resolveClientConfig(awsConfig));
    const broker = resolveBrokerOptions({ rabbitmq, endpoint: config.endpoint });
    const region = (): Promise<string> => this.config.region();
    const log = (text: string): void => this.config.logger.info(text);
    const settings = { broker, streams, log, region, batchFrames, keepHours, exceptions: kinesisExceptions };
    const runtime = startRuntime(settings);
    this.#runtime = runtime;
    attachSeam(this, {
      serviceName: "Kinesis",
      operations,
      exceptions: kinesisExceptions,
      conventions: kinesisConventions,
      contextFor: (call) => runtime.contextFor(call),
    });
  }

  /** Gives back this client's share of the connection to RabbitMQ. Calls under way are rejected, subscriptions end. */
  override destroy(): void {
    super.destroy();
    this.#runtime.release();
  }
}
