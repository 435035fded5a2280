import type { ConnectionOptions as TlsConnectionOptions } from "node:tls";
import type { NodeAddress } from "../protocol/response-body.ts";
import type { FrameLimits } from "../protocol/frame-splitter.ts";
import { parseStreamAddresses } from "./address.ts";
import type { StreamAddress } from "./address.ts";

/** Maps the address that a node advertises to the one where this process reaches it. */
export type AddressResolver = (node: NodeAddress) => NodeAddress;

/** TLS settings, or where to get them. */
export type StreamTlsSettings = TlsConnectionOptions | (() => TlsConnectionOptions | Promise<TlsConnectionOptions>);

/** How a {@link StreamClient} reaches RabbitMQ. */
export interface StreamClientOptions {
  /**
   * `rabbitmq-stream://user:password@host:5552/vhost` (`rabbitmq-stream+tls:` for TLS, port 5551), or several that are tried in
   * turn, in an array or separated by commas. An `amqp:` or `amqps:` URL means the same broker at its stream port. What its query
   * says about TLS (`cacertfile`, `certfile`, `keyfile`, `verify`, `server_name_indication`) counts here too.
   */
  readonly url: string | readonly string[];
  /**
   * The port of the stream protocol, where the URL does not name it.
   * @default 5552, with TLS 5551
   */
  readonly port?: number;
  /**
   * TLS settings: `ca`, `cert`, `key`, `servername`, … or a function that gives them, asked before each connection. Certificates are
   * verified unless `rejectUnauthorized: false` is set here.
   */
  readonly tls?: StreamTlsSettings;
  /**
   * The longest time in milliseconds that a call waits for the broker, unless it is given a deadline of its own.
   * @default 15000
   */
  readonly timeoutMs?: number;
  /**
   * Time limit in milliseconds for connecting to one address.
   * @default 5000
   */
  readonly connectTimeoutMs?: number;
  /**
   * The longest silence in seconds that either side keeps. A connection that is silent for twice as long is given up. 0 for none; the
   * broker may ask for less.
   * @default 10
   */
  readonly heartbeatSeconds?: number;
  /**
   * The largest frame in bytes that we send, and so the largest message. The broker may ask for less (its default is 1 MiB).
   * @default 1048576
   */
  readonly frameMaxBytes?: number;
  /**
   * The largest chunk in bytes that we take, also when it is uncompressed. Chunks are larger than frames where messages came in over
   * AMQP, which allows 128 MiB each. A larger one ends its consumer.
   * @default 268435456
   */
  readonly maxChunkBytes?: number;
  /**
   * Where to dial for a node: a function, or one address for all nodes (a tunnel to a broker of one node, say). Without it nodes are
   * dialled where they say that they are.
   */
  readonly addressResolver?: NodeAddress | AddressResolver;
  /**
   * Whether the addresses lead to any node, as a load balancer's does: then it is dialled again until the node that answers is the
   * wanted one.
   * @default false
   */
  readonly loadBalancer?: boolean;
  /**
   * Name of the connections in RabbitMQ's management pages.
   * @default "warrenmq"
   */
  readonly connectionName?: string;
}

/** {@link StreamClientOptions} with every default filled in. */
export interface ResolvedStreamOptions {
  readonly addresses: readonly StreamAddress[];
  readonly tls: StreamTlsSettings;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly heartbeatSeconds: number;
  readonly frameMaxBytes: number;
  readonly frameLimits: FrameLimits;
  readonly resolveNode: AddressResolver;
  readonly loadBalancer: boolean;
  readonly connectionName: string;
}

/** What a chunk's frame has around the chunk. */
const DELIVER_OVERHEAD = 64;
/** Answers that list many streams and nodes are not bound by the frame size that was agreed on. */
const LARGEST_COMMAND = 16 * 1024 * 1024;

/** @throws RabbitError `invalid-address` */
export function resolveStreamOptions(options: StreamClientOptions): ResolvedStreamOptions {
  const { addressResolver: resolver = sameAddress } = options;
  const maxChunkBytes = options.maxChunkBytes ?? 256 * 1024 * 1024;
  return {
    addresses: parseStreamAddresses(options.url, options.port),
    tls: options.tls ?? {},
    timeoutMs: options.timeoutMs ?? 15_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    heartbeatSeconds: options.heartbeatSeconds ?? 10,
    frameMaxBytes: options.frameMaxBytes ?? 1024 * 1024,
    frameLimits: { chunkBytes: maxChunkBytes + DELIVER_OVERHEAD, commandBytes: LARGEST_COMMAND },
    resolveNode: typeof resolver === "function" ? resolver : () => resolver,
    loadBalancer: options.loadBalancer ?? false,
    connectionName: options.connectionName ?? "warrenmq",
  };
}

function sameAddress(node: NodeAddress): NodeAddress {
  return node;
}
