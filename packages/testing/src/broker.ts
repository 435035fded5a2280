/**
 * Where a broker came from: `RABBITMQ_URL`, a Docker container, a `rabbitmq-server` of this machine, or a Debian root folder.
 * @public
 */
export type BrokerKind = "url" | "docker" | "local" | "debian-root";

/** The TLS side of a broker that was started with `tls: true`. */
export interface BrokerTls {
  /** `amqps://guest:guest@localhost:PORT`. */
  readonly url: string;
  readonly port: number;
  /** `rabbitmq-stream+tls://guest:guest@localhost:PORT`, when the plugin `rabbitmq_stream` was asked for. */
  readonly streamUrl: string | undefined;
  /** The throw-away certificate authority, PEM. */
  readonly ca: string;
  /** A client certificate of this authority, PEM, for brokers that ask for one (`ssl_options.verify = verify_peer`). */
  readonly cert: string;
  /** Its key, PEM. */
  readonly key: string;
}

/**
 * A running RabbitMQ. Its methods reject with an error that says so where the kind of broker does not allow them: the
 * broker of `RABBITMQ_URL` (kind `"url"`) belongs to somebody else, and is only connected to.
 * @public
 */
export interface Broker extends AsyncDisposable {
  /** `amqp://guest:guest@127.0.0.1:PORT`, or `RABBITMQ_URL` as it is. A broker by URL may be shared: give resources unique names. */
  readonly url: string;
  /** The full version that the broker reports, `"3.10.8"` say. */
  readonly version: string;
  readonly kind: BrokerKind;
  /** The AMQP port. */
  readonly port: number;
  /** The management API, `http://127.0.0.1:PORT`, when the plugin `rabbitmq_management` was asked for. */
  readonly managementUrl: string | undefined;
  /** The port of the stream protocol, when the plugin `rabbitmq_stream` was asked for. */
  readonly streamPort: number | undefined;
  /** `rabbitmq-stream://guest:guest@127.0.0.1:PORT`, when the plugin `rabbitmq_stream` was asked for. */
  readonly streamUrl: string | undefined;
  /** Present when the broker was started with `tls: true`. */
  readonly tls: BrokerTls | undefined;
  /** Ends the broker and removes its data. Idempotent. For kind `"url"` it does nothing. */
  stop(): Promise<void>;
  /**
   * Crashes the broker at once (SIGKILL). Its data stays for {@link Broker.restart}. RabbitMQ itself loses the messages of a
   * quorum queue or stream that was declared less than about three seconds before a crash: see {@link Broker.syncToDisk}.
   */
  kill(): Promise<void>;
  /**
   * Has the broker write down which quorum queues and streams it has. Call it between declaring and {@link Broker.kill}: the Raft
   * library keeps its directory of queues in a file that the Erlang machine writes with a delay of some seconds, and after a crash
   * before that the queue comes back empty, confirmed messages included (seen on 3.10.8, 4.0.5 and 4.3.6).
   */
  syncToDisk(): Promise<void>;
  /** Starts the broker again on the same port and data. One that still runs is stopped cleanly first. */
  restart(): Promise<void>;
  /** Freezes the broker: connections stay open and nothing answers (SIGSTOP). */
  pause(): Promise<void>;
  /** Ends {@link Broker.pause}. */
  resume(): Promise<void>;
  /**
   * Runs `rabbitmqctl` against this node and resolves to its standard output. Rejects with its standard error.
   * @example await broker.ctl(["list_queues", "name", "messages"])
   */
  ctl(args: readonly string[]): Promise<string>;
}
