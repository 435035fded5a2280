import type { ConnectionOptions } from "node:tls";
import type { connect as connectNpm } from "rabbitmq-stream-js-client";
import { deadlineIn, RabbitError, readTlsParameters, withDeadline } from "@warrenmq/core/internal";
import { parseStreamAddresses, StreamClient, type StreamAddress, type StreamClientOptions } from "@warrenmq/streams";

/** Properties and headers of a message, as `rabbitmq-stream-js-client` has them. */
export interface NpmMessageOptions {
  readonly messageProperties?: { messageId?: string; creationTime?: Date };
  readonly applicationProperties?: Record<string, string | number>;
}

/** A message that it has read. */
export interface NpmMessage extends NpmMessageOptions {
  readonly content?: Buffer;
  readonly offset?: bigint;
  readonly amqpValue?: string;
}

/** Its publisher. */
export interface NpmPublisher {
  /** Sends a message under a number of the caller's. */
  basicSend(publishingId: bigint, content: Buffer, options?: NpmMessageOptions): Promise<unknown>;
  /** Hears what was confirmed, on the whole connection. */
  on(event: "publish_confirm", listener: (error: number | null, publishingIds: bigint[]) => void): void;
  /** Whether the connection is up. */
  getConnectionInfo(): { readonly ready: boolean };
  /** Names it to its client. */
  readonly extendedId: string;
}

/** Where its consumers begin. */
export interface NpmOffset {
  readonly type: "first" | "last" | "next" | "numeric" | "timestamp";
}

/** Asks for so many chunks more. */
export type NpmCreditRequest = (chunks: number) => Promise<void>;

/** When its consumers ask for chunks. */
export interface NpmCreditPolicy {
  /** With how many they begin. */
  onSubscription(): number;
  /** A chunk has come. */
  onChunkReceived(request: NpmCreditRequest): Promise<void>;
  /** Its messages have been handled. */
  onChunkCompleted(request: NpmCreditRequest): Promise<void>;
}

/**
 * What is used of `Client` of the npm package `rabbitmq-stream-js-client`.
 * @public
 */
export interface NpmStreamClient {
  /** The largest frame that was agreed on, in bytes. */
  readonly maxFrameSize: number;
  /** Opens a publisher. */
  declarePublisher(options: {
    stream: string;
    maxChunkLength?: number;
    connectionClosedListener?: (hadError: boolean) => void;
  }): Promise<NpmPublisher>;
  /** Closes a publisher. */
  deletePublisher(extendedId: string): Promise<boolean>;
  /** Opens a consumer. */
  declareConsumer(
    options: {
      stream: string;
      offset: NpmOffset;
      creditPolicy?: NpmCreditPolicy;
      connectionClosedListener?: (hadError: boolean) => void;
    },
    handle: (message: NpmMessage) => void,
  ): Promise<{ readonly extendedId: string }>;
  /** Closes a consumer. */
  closeConsumer(extendedId: string): Promise<boolean>;
  /** Closes the client. */
  close(): Promise<void>;
}

const PACKAGE = "rabbitmq-stream-js-client";

/**
 * Loads the package and connects.
 * @throws RabbitError `unsupported` when the package is not installed, or RabbitMQ is too old for it; why RabbitMQ cannot be
 * reached
 */
export async function loadNpmClient(link: StreamClientOptions): Promise<NpmStreamClient> {
  await checkBroker(link);
  const { connect } = await loadPackage();
  let failure: unknown;
  for (const address of parseStreamAddresses(link.url, link.port)) {
    const params = await paramsOf(address, link);
    try {
      const connecting = connect(params);
      return await withDeadline(connecting, deadlineIn(link.timeoutMs ?? 15_000), `connect ${PACKAGE}`);
    } catch (error) {
      failure = error;
    }
  }
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new RabbitError("connection-failed", `${PACKAGE} could not connect: ${reason}`, { cause: failure });
}

/** A refused login, an unknown virtual host or RabbitMQ 3.10 would end the process: the package throws out of its socket's handlers. */
async function checkBroker(link: StreamClientOptions): Promise<void> {
  const client = new StreamClient(link);
  try {
    const version = await client.connect();
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major > 3 || (major === 3 && minor >= 11)) return;
    const message = `RabbitMQ ${version} is too old for ${PACKAGE}, which needs 3.11. Choose the transport "stream" or "amqp".`;
    throw new RabbitError("unsupported", message);
  } finally {
    await client.close();
  }
}

async function loadPackage(): Promise<{ readonly connect: typeof connectNpm }> {
  try {
    return await import("rabbitmq-stream-js-client");
  } catch (error) {
    const message = `The transport "${PACKAGE}" needs the npm package of that name. Install it, or choose another transport.`;
    throw new RabbitError("unsupported", message, { cause: error });
  }
}

async function paramsOf(address: StreamAddress, { loadBalancer = false, tls }: StreamClientOptions) {
  const { host, port, username, password, virtualHost, isTls, query } = address;
  return {
    hostname: host,
    port,
    username,
    password,
    vhost: virtualHost,
    ...(isTls ? { ssl: sslOf(await readTlsParameters(query, tls ?? {})) } : {}),
    ...(loadBalancer ? { addressResolver: { enabled: true as const, endpoint: { host, port } } } : {}),
  };
}

/** @throws RabbitError `unsupported` for a name that it cannot be told to expect in the certificate */
function sslOf({ ca, cert, key, rejectUnauthorized, servername }: ConnectionOptions) {
  if (servername !== undefined) {
    const message = `${PACKAGE} takes no server name for TLS ('servername', 'server_name_indication'). Choose the transport "stream" or "amqp".`;
    throw new RabbitError("unsupported", message);
  }
  const given = { ca: text(ca), cert: text(cert), key: text(key), rejectUnauthorized };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function text(value: unknown): string | undefined {
  return typeof value === "string" || Buffer.isBuffer(value) ? value.toString() : undefined;
}
