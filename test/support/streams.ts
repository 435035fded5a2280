import { StreamClient } from "@warrenmq/streams";
import type { ConsumerOptions, DeliveredChunk, ReceivedMessage, StreamClientOptions } from "@warrenmq/streams";
import { startBroker, uniqueName, until } from "@warrenmq/testing";
import type { Broker, StartBrokerOptions } from "@warrenmq/testing";
import { afterAll, afterEach, beforeAll, onTestFinished } from "vitest";

/** One broker with the stream plugin for a test file, and clients that are closed after each test. */
export interface StreamTests {
  readonly broker: () => Broker;
  readonly url: () => string;
  /** A client on that broker, or on another one. */
  readonly client: (options?: Partial<StreamClientOptions>) => StreamClient;
  /** A new stream on that broker. */
  readonly stream: () => Promise<string>;
}

/** Call it at the top of a test file. */
export function streamTests(options: StartBrokerOptions = {}): StreamTests {
  let broker: Broker | undefined;
  const clients: StreamClient[] = [];
  beforeAll(async () => {
    broker = await startBroker({ ...options, plugins: ["rabbitmq_stream"] });
  });
  afterAll(() => broker?.stop());
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  const running = (): Broker => broker ?? fail("the broker has not been started");
  const url = (): string => running().streamUrl ?? fail("the broker has no stream port");
  const client = (clientOptions: Partial<StreamClientOptions> = {}): StreamClient => {
    const made = new StreamClient({ url: url(), ...clientOptions });
    clients.push(made);
    return made;
  };
  return { broker: running, url, client, stream: () => newStream(client()) };
}

/** Creates a stream of a name that no other test has. */
export async function newStream(client: StreamClient): Promise<string> {
  const stream = uniqueName("stream");
  await client.createStream(stream, { "stream-max-segment-size-bytes": "20000000" });
  return stream;
}

/** What a consumer has read. */
export interface Reader {
  readonly chunks: DeliveredChunk[];
  readonly messages: ReceivedMessage[];
  /** The bodies as text. */
  readonly texts: () => string[];
  /** Waits until there are so many messages. */
  readonly read: (count: number) => Promise<void>;
}

/** Reads a stream into memory, until the test is over. */
export async function readStream(
  client: StreamClient,
  stream: string,
  options: Partial<ConsumerOptions> = {},
): Promise<Reader> {
  const chunks: DeliveredChunk[] = [];
  const messages: ReceivedMessage[] = [];
  const onChunk = (chunk: DeliveredChunk): void => {
    chunks.push(chunk);
    messages.push(...chunk.messages);
  };
  const consumer = await client.consumer(stream, { offset: { type: "first" }, onChunk, ...options });
  onTestFinished(() => consumer.close());
  return {
    chunks,
    messages,
    texts: () => messages.map(({ body }) => body.toString()),
    read: async (count) => {
      await until(() => messages.length >= count, { what: `${count} messages`, timeoutMs: 20_000 });
    },
  };
}

/** Messages with these texts. */
export function messagesOf(...texts: readonly string[]): { readonly body: Buffer }[] {
  return texts.map((text) => ({ body: Buffer.from(text) }));
}

/** `count` texts, each with its number. */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** Whether a broker is at least of this version. */
export function isAtLeast({ version }: Pick<Broker, "version">, major: number, minor: number): boolean {
  const [brokerMajor = 0, brokerMinor = 0] = version.split(".").map(Number);
  return brokerMajor > major || (brokerMajor === major && brokerMinor >= minor);
}

function fail(message: string): never {
  throw new Error(message);
}
