import { StreamClient } from "@warrenmq/streams";
import type { StreamPublisher } from "@warrenmq/streams";
import { readHeader } from "../load/record-header.ts";
import type { LoadRecord } from "../load/record-maker.ts";
import { byShard, shardOfKey, shardsOf, shardStreams } from "./shard-of-key.ts";
import type { Consumer, ConsumerRequest, Producer, ResourceRequest, Target, TargetSession } from "./target.ts";

/** `@warrenmq/streams` by itself, a stream for each shard: the stream protocol without the Kinesis API. */
export const streamTarget: Target = {
  name: "stream",
  title: "@warrenmq/streams on the stream protocol, without the Kinesis API",
  encoding: "binary",
  resources: ["stream"],
  needs: ["streamUrl"],
  readings: ["poll", "push"],
  canReshard: false,
  canResume: true,
  canDelay: false,
  open: ({ streamUrl = "", streamAddress }) => {
    const resolver = streamAddress === undefined ? {} : { addressResolver: streamAddress };
    return Promise.resolve(new StreamSession(new StreamClient({ url: streamUrl, ...resolver })));
  },
};

class StreamSession implements TargetSession {
  readonly #client: StreamClient;

  constructor(client: StreamClient) {
    this.#client = client;
  }

  async create({ name, shards }: ResourceRequest): Promise<void> {
    for (const stream of shardStreams(name, shards)) await this.#client.createStream(stream);
  }

  async remove({ name, shards }: ResourceRequest): Promise<void> {
    await Promise.all(
      shardStreams(name, shards).map((stream) => this.#client.deleteStream(stream).catch(unlessMissing)),
    );
  }

  async producer({ name, shards }: ResourceRequest): Promise<Producer> {
    // A name, so that what is sent again after a lost connection is stored once.
    const label = `${name}-${process.pid}-${publisherNumber++}`;
    const streams = shardStreams(name, shards);
    const publishers = await Promise.all(streams.map((stream) => this.#client.publisher(stream, { name: label })));
    const shardOf = shardOfKey(shards);
    return {
      send: (records) => publishAll(publishers, records, shardOf),
      close: async () => {
        await Promise.all(publishers.map((publisher) => publisher.close()));
      },
    };
  }

  async consumer({ name, shards }: ResourceRequest, options: ConsumerRequest): Promise<Consumer> {
    const streams = shardStreams(name, shards);
    const consumers = await Promise.all(
      shardsOf(options.member, options.members, shards).map((shard) =>
        this.#client.consumer(streams[shard] ?? "", {
          offset: { type: "first" },
          onChunk: ({ messages }) => options.onRecords(messages.map(({ body }) => readHeader(body))),
          onEnd: options.onError,
        }),
      ),
    );
    return {
      close: async () => {
        await Promise.all(consumers.map((consumer) => consumer.close()));
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.close();
  }
}

let publisherNumber = 0;

async function publishAll(
  publishers: readonly StreamPublisher[],
  records: readonly LoadRecord[],
  shardOf: (key: string) => number,
): Promise<void> {
  const batches = byShard(records, publishers.length, shardOf);
  const publishing: Promise<number>[] = [];
  for (const [shard, publisher] of publishers.entries()) {
    const batch = batches[shard] ?? [];
    if (batch.length > 0) publishing.push(publisher.publish(batch));
  }
  await Promise.all(publishing);
}

function unlessMissing(error: unknown): void {
  if (error instanceof Error && "code" in error && error.code === "not-found") return;
  throw error;
}
