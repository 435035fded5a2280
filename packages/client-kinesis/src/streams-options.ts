import type { RabbitMQOptions } from "@warrenmq/core";
import type { StreamClientOptions } from "@warrenmq/streams";
import type { NpmStreamClient } from "./broker/npm-stream-client.ts";

/**
 * Which way the records of shards go. Everything else (declaring and deleting shards, the registry) always goes over AMQP 0-9-1.
 *
 * - `auto`: `stream` when its port answers at the first use, else `amqp`.
 * - `amqp`: AMQP 0-9-1, which every RabbitMQ has.
 * - `stream`: RabbitMQ's stream protocol (plugin `rabbitmq_stream`), spoken by `@warrenmq/streams`.
 * - `rabbitmq-stream-js-client`: the same protocol, spoken by that npm package, which must be installed. Needs RabbitMQ 3.11.
 * @public
 */
export type StreamsTransport = "auto" | "amqp" | "stream" | "rabbitmq-stream-js-client";

/**
 * How the streams of shards are written and read. All ways can be used side by side: what is written over one is read over the
 * others, under the same sequence numbers.
 * @public
 */
export interface StreamsOptions {
  /**
   * Decided once for all clients that share a connection; the client's `logger` is told.
   * @default "auto", or "rabbitmq-stream-js-client" where a `client` is given
   */
  readonly transport?: StreamsTransport;
  /**
   * A connected client of `rabbitmq-stream-js-client` to write and read with. It stays the application's to close and to
   * restart after a lost connection. Without it the package is loaded, and connected by the options below.
   */
  readonly client?: NpmStreamClient;
  /**
   * `rabbitmq-stream://user:password@host:5552/vhost` (`rabbitmq-stream+tls:` for TLS, port 5551), or several.
   * @default host, user, password and virtual host of the AMQP address, at the default port
   */
  readonly url?: StreamClientOptions["url"];
  /**
   * The port of the stream protocol, where no `url` names it.
   * @default 5552, with TLS 5551
   */
  readonly port?: number;
  /**
   * TLS settings.
   * @default those of `rabbitmq.tls`
   */
  readonly tls?: StreamClientOptions["tls"];
  /** Maps the address that a node advertises to the one where this process reaches it; see `@warrenmq/streams`. */
  readonly addressResolver?: StreamClientOptions["addressResolver"];
  /**
   * Whether the addresses lead to any node, as a load balancer's do.
   * @default false
   */
  readonly loadBalancer?: boolean;
  /**
   * How long in milliseconds `auto` waits for the stream protocol at the first use, before it takes AMQP. A port that refuses
   * answers at once.
   * @default 2000
   */
  readonly probeTimeoutMs?: number;
}

/**
 * How a Kinesis client reaches RabbitMQ.
 * @public
 */
export interface KinesisRabbitMQOptions extends RabbitMQOptions {
  /**
   * Which protocol the records of shards go over, and where.
   * @default the stream protocol where its port answers, else AMQP 0-9-1
   */
  readonly streams?: StreamsOptions;
}
