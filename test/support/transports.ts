import { KinesisClient } from "@warrenmq/client-kinesis";
import type { KinesisClientConfig, StreamsOptions, StreamsTransport } from "@warrenmq/client-kinesis";
import { startBroker, uniqueName } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { connect } from "rabbitmq-stream-js-client";
import type { Client } from "rabbitmq-stream-js-client";
import { afterAll, afterEach, beforeAll, inject, onTestFinished } from "vitest";
import { isAtLeast } from "./streams.ts";

/** The transports that a Kinesis client can be told to use. */
export type Transport = Exclude<StreamsTransport, "auto">;

/** Whether rabbitmq-stream-js-client can talk to the run's broker: it cannot to RabbitMQ 3.10. */
export const hasNpmTransport = isAtLeast({ version: inject("brokerVersion") }, 3, 11);

/** The transports that the run's broker can serve. */
export const TRANSPORTS: readonly Transport[] = [
  "amqp",
  "stream",
  ...(hasNpmTransport ? (["rabbitmq-stream-js-client"] as const) : []),
];

/** One broker with the stream plugin for a test file, and clients that are destroyed after each test. */
export interface TransportTests {
  readonly broker: () => Broker;
  /** A Kinesis client over a transport, as if it were in another process. */
  readonly over: (transport: StreamsTransport, options?: OverOptions) => KinesisClient;
}

/** What a client may be given besides its transport. */
export interface OverOptions extends Omit<KinesisClientConfig, "rabbitmq"> {
  readonly streams?: StreamsOptions;
  readonly timeoutMs?: number;
  readonly url?: string;
}

/** Call it at the top of a test file. */
export function transportTests(): TransportTests {
  let broker: Broker | undefined;
  const clients: KinesisClient[] = [];
  beforeAll(async () => {
    broker = await startBroker({ plugins: ["rabbitmq_stream"] });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });
  afterAll(() => broker?.stop());
  const running = (): Broker => {
    if (broker === undefined) throw new Error("the broker has not been started");
    return broker;
  };
  const over = (
    transport: StreamsTransport,
    { streams = {}, timeoutMs = 20_000, url = running().url, ...config }: OverOptions = {},
  ): KinesisClient => {
    const { streamUrl = "" } = running();
    const client = new KinesisClient({
      ...config,
      rabbitmq: {
        url,
        timeoutMs,
        heartbeatSeconds: 1,
        connectionName: uniqueName("kinesis"),
        streams: { transport, url: streamUrl, ...streams },
      },
    });
    clients.push(client);
    return client;
  };
  return { broker: running, over };
}

/** A client of that npm package, until the test is over. */
export async function npmClient(port: number | undefined): Promise<Client> {
  const credentials = { username: "guest", password: "guest", vhost: "/" };
  const client = await connect({ hostname: "127.0.0.1", port: port ?? 0, ...credentials });
  onTestFinished(() => client.close());
  return client;
}
