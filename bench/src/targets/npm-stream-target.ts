import { connect, Offset } from "rabbitmq-stream-js-client";
import type { Client, Publisher } from "rabbitmq-stream-js-client";
import { creditsOnChunkReceived } from "rabbitmq-stream-js-client/dist/consumer_credit_policy.js";
import { readHeader } from "../load/record-header.ts";
import type { LoadRecord } from "../load/record-maker.ts";
import { byShard, shardOfKey, shardsOf, shardStreams } from "./shard-of-key.ts";
import type { Consumer, ConsumerRequest, Producer, ResourceRequest, Target, TargetSession } from "./target.ts";

/** The credit that ours has as well. */
const CREDIT = 10;

/** `rabbitmq-stream-js-client` from npm, a stream for each shard. It needs RabbitMQ 3.11 or newer. */
export const npmStreamTarget: Target = {
  name: "stream-npm",
  title: "rabbitmq-stream-js-client from npm",
  encoding: "binary",
  resources: ["stream"],
  needs: ["streamUrl"],
  readings: ["poll", "push"],
  canReshard: false,
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
        return new ConfirmedPublisher(publisher);
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
        this.#client.declareConsumer(
          { stream: streams[shard] ?? "", offset: Offset.first(), creditPolicy: creditsOnChunkReceived(CREDIT, 1) },
          ({ content }) => options.onRecords([readHeader(content)]),
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

/** Waits for the confirm of each message by its id: the client itself tells them, and nothing more. */
class ConfirmedPublisher {
  readonly #publisher: Publisher;
  readonly #waiting = new Map<bigint, (error: Error | undefined) => void>();
  /** Confirmed before the client had told the id. */
  readonly #early = new Map<bigint, Error | undefined>();

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
    publisher.on("publish_confirm", (error, publishingIds) => {
      const failure = error === null ? undefined : new Error(`the broker refused a message (code ${error})`);
      for (const id of publishingIds) this.#confirmed(id, failure);
    });
  }

  async publish(records: readonly LoadRecord[]): Promise<void> {
    if (records.length === 0) return;
    const sending = records.map(({ body }) => this.#publisher.send(body));
    await this.#publisher.flush();
    const confirms: Promise<void>[] = [];
    for (const sent of sending) confirms.push(this.#confirm((await sent).publishingId));
    await Promise.all(confirms);
  }

  async close(): Promise<void> {
    await this.#publisher.close();
  }

  #confirmed(id: bigint, failure: Error | undefined): void {
    const settle = this.#waiting.get(id);
    if (settle === undefined) this.#early.set(id, failure);
    else settle(failure);
    this.#waiting.delete(id);
  }

  #confirm(id: bigint): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (failure: Error | undefined): void => (failure === undefined ? resolve() : reject(failure));
      if (!this.#early.has(id)) {
        this.#waiting.set(id, settle);
        return;
      }
      settle(this.#early.get(id));
      this.#early.delete(id);
    });
  }
}
