import { parseAddresses, type BrokerAddress } from "./address.ts";
import type { TlsSettings } from "./tls.ts";

/**
 * How a client reaches RabbitMQ: the `rabbitmq` member of a client's configuration. Everything is optional; the address
 * may also come from `endpoint: "amqp(s)://…"` or from the environment variable `RABBITMQ_URL`.
 * @public
 */
export interface RabbitMQOptions {
  /**
   * AMQP URI of the broker, or several that are tried in turn (the nodes of one cluster). One string may hold several,
   * separated by commas. Credentials and virtual host are part of the URI.
   */
  readonly url?: string | readonly string[];
  /**
   * TLS settings for `amqps:` addresses: `ca`, `cert`, `key`, `servername`, … Certificates are verified unless
   * `rejectUnauthorized: false` is set here. A function is asked before each connection, for certificates that are renewed
   * while the process runs.
   *
   * An address may name files as well, which are read before each connection:
   * `amqps://user:password@host:5671/vhost?cacertfile=/tls/ca.pem&certfile=/tls/client.pem&keyfile=/tls/client.key`
   * (also `verify=verify_none`, `server_name_indication`). What is set here goes over it.
   */
  readonly tls?: TlsSettings;
  /**
   * The longest time in milliseconds that a call waits for the broker (connecting, confirming, answering), beyond the
   * `WaitTimeSeconds` of the call itself. After it the call fails with an error that may be retried.
   * @default 15000
   */
  readonly timeoutMs?: number;
  /**
   * Time limit in milliseconds for connecting to one address.
   * @default 5000
   */
  readonly connectTimeoutMs?: number;
  /**
   * AMQP heartbeat in seconds. A silent connection is given up after two to three of them.
   * @default 10
   */
  readonly heartbeatSeconds?: number;
  /**
   * How long in milliseconds the broker lets a delivery be unacknowledged before it closes the channel: its
   * `consumer_timeout`. Messages that stay invisible for longer are moved in time, so a value that is too low costs moves,
   * and one that is too high makes them visible too early.
   * @default 1800000
   */
  readonly consumerTimeoutMs?: number;
  /**
   * The AWS account id that queue URLs and ARNs show. RabbitMQ has none; the virtual host separates.
   * @default "000000000000"
   */
  readonly accountId?: string;
  /**
   * Name of the connection in RabbitMQ's management pages. Clients of one process that give different names have
   * connections of their own.
   * @default "warrenmq"
   */
  readonly connectionName?: string;
}

/** {@link RabbitMQOptions} with every default filled in; what the inside works with. */
export interface ResolvedRabbitMQOptions {
  readonly addresses: readonly BrokerAddress[];
  readonly tls: TlsSettings;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly heartbeatSeconds: number;
  readonly consumerTimeoutMs: number;
  readonly connectionName: string;
}

/**
 * Fills in the defaults and parses the addresses.
 * @throws RabbitError `invalid-address` when there is no address, or a malformed one.
 */
export function resolveRabbitMQOptions(options: RabbitMQOptions): ResolvedRabbitMQOptions {
  return {
    addresses: parseAddresses(options.url),
    tls: options.tls ?? {},
    timeoutMs: options.timeoutMs ?? 15_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    heartbeatSeconds: options.heartbeatSeconds ?? 10,
    consumerTimeoutMs: options.consumerTimeoutMs ?? 1_800_000,
    connectionName: options.connectionName ?? "warrenmq",
  };
}
