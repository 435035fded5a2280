import { connect, Offset } from "rabbitmq-stream-js-client";
import type { Client, Publisher } from "rabbitmq-stream-js-client";
import { readHeader } from "../load/record-header.ts";
import type { LoadRecord } from "../load/record-maker.ts";
import { byShard, shardOfKey, shardsOf, shardStreams } from "./shard-of-key.ts";
import type { Consumer, ConsumerRequest, Producer, ResourceRequest, Target, TargetSession } from "./target.ts";

/** A larger flush than a frame it truncates without a word. What it adds to a message's body is in the half that is left. */
const FRAME_SHARE = 0.5;
const USUAL_FRAME_BYTES = 1_048_576;

/**
 * `rabbitmq-stream-js-client` from npm, a stream for each shard. It needs RabbitMQ 3.11 or newer. Consumers have its default
 * credit, one chunk after the other: with more, it hands out the messages of several chunks in turn, out of their order.
 */
export const npmStreamTarget: Target = {
  name: "stream-npm",
  title: "rabbitmq-stream-js-client from npm",
  encoding: "binary",
  resources: ["stream"],
  needs: ["streamUrl"],
  readings: ["poll", "push"],
  canReshard: false,
  canResume: false,
  canDelay: false,
  open: async ({ streamUrl = "" }) => {
    const { hostname, port, username, password, pathname } = new URL(streamUrl);
    const vhost = decodeURIComponent(pathname.slice(1)) || "/";
    const user = decodeURIComponent(username);
    return new NpmStreamSession(
      await connect({ hostname, port: Number(port), username: user, password: decodeURIComponent(password), vhost }),
    );
  },
};

class NpmStreamSession implements TargetSession {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create({ name, shards }: ResourceRequest): Promise<void> {
    for (const stream of shardStreams(name, shards)) await this.#client.createStream({ stream });
  }

  async remove({ name, shards }: ResourceRequest): Promise<void> {
    for (const stream of shardStreams(name, shards)) {
      await this.#client.deleteStream({ stream }).catch((error: unknown) => {
        if (!String(error).includes("does not exist")) throw error;
      });
    }
  }

  async producer({ name, shards }: ResourceRequest): Promise<Producer> {
    const shardOf = shardOfKey(shards);
    const publishers = await Promise.all(
      shardStreams(name, shards).map(async (stream) => {
        const publisher = await this.#client.declarePublisher({ stream, maxChunkLength: 500 });
        return new ConfirmedPublisher(publisher, (this.#client.maxFrameSize || USUAL_FRAME_BYTES) * FRAME_SHARE);
      }),
    );
    return {
      send: async (records) => {
        const batches = byShard(records, shards, shardOf);
        await Promise.all(publishers.map((publisher, shard) => publisher.publish(batches[shard] ?? [])));
      },
      close: async () => {
        await Promise.all(publishers.map((publisher) => publisher.close()));
      },
    };
  }

  async consumer({ name, shards }: ResourceRequest, options: ConsumerRequest): Promise<Consumer> {
    const streams = shardStreams(name, shards);
    const consumers = await Promise.all(
      shardsOf(options.member, options.members, shards).map((shard) =>
        this.#client.declareConsumer({ stream: streams[shard] ?? "", offset: Offset.first() }, ({ content }) =>
          options.onRecords([readHeader(content)]),
        ),
      ),
    );
    return {
      close: async () => {
        await Promise.all(consumers.map((consumer) => consumer.close()));
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close().catch(() => undefined);
  }
}

/** Unique in the process: publishers of the client share a connection, and each hears the confirms of all. */
let lastPublishingId = 0n;

/** Waits for the confirm of each message by its id: the client itself tells them, and nothing more. */
class ConfirmedPublisher {
  readonly #publisher: Publisher;
  readonly #flushBytes: number;
  readonly #waiting = new Map<bigint, (error: Error | undefined) => void>();

  constructor(publisher: Publisher, flushBytes: number) {
    this.#publisher = publisher;
    this.#flushBytes = flushBytes;
    publisher.on("publish_confirm", (error, publishingIds) => {
      const failure = error === null ? undefined : new Error(`the broker refused a message (code ${error})`);
      for (const id of publishingIds) {
        this.#waiting.get(id)?.(failure);
        this.#waiting.delete(id);
      }
    });
  }

  async publish(records: readonly LoadRecord[]): Promise<void> {
    if (records.length === 0) return;
    const confirms: Promise<void>[] = [];
    const sending: Promise<unknown>[] = [];
    let bytes = 0;
    for (const { body } of records) {
      if (bytes > 0 && bytes + body.length > this.#flushBytes) {
        sending.push(this.#publisher.flush());
        bytes = 0;
      }
      bytes += body.length;
      const id = ++lastPublishingId;
      confirms.push(this.#confirm(id));
      sending.push(this.#publisher.basicSend(id, body));
    }
    sending.push(this.#publisher.flush());
    await Promise.all([...sending, ...confirms]);
  }

  async close(): Promise<void> {
    await this.#publisher.close();
  }

  #confirm(id: bigint): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (failure) => (failure === undefined ? resolve() : reject(failure)));
    });
  }
}
