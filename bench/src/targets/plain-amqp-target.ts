import { connect } from "amqplib";
import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options } from "amqplib";
import { readHeader } from "../load/record-header.ts";
import type { RecordHeader } from "../load/record-header.ts";
import type { LoadRecord } from "../load/record-maker.ts";
import type { Consumer, ConsumerRequest, Producer, ResourceRequest, Target, TargetSession } from "./target.ts";

const PREFETCH = 200;
/** A broker that accepts nothing for so long is given up. */
const BLOCKED_MS = 10_000;
const QUORUM = { "x-queue-type": "quorum", "x-delivery-limit": 2_147_483_647, "x-overflow": "reject-publish" } as const;

/** What a careful application does with amqplib: `noDelay`, quorum queues, persistent messages, publisher confirms, prefetch 200. */
export const plainAmqpTarget: Target = {
  name: "amqplib",
  title: "plain amqplib: quorum queues, confirms, prefetch 200",
  encoding: "binary",
  resources: ["queue", "topic"],
  needs: ["amqpUrl"],
  readings: ["poll", "push"],
  canReshard: false,
  canResume: false,
  canDelay: false,
  open: async ({ amqpUrl = "" }) => new PlainAmqpSession(await connect(amqpUrl, { noDelay: true })),
};

class PlainAmqpSession implements TargetSession {
  readonly #connection: ChannelModel;
  /** Ends everything that is under way. */
  readonly #lost: Promise<never>;

  constructor(connection: ChannelModel) {
    this.#connection = connection;
    this.#lost = new Promise((_, reject) => {
      connection.on("error", reject);
      connection.on("close", () => reject(new Error("the broker closed the connection")));
      let blocked: NodeJS.Timeout | undefined;
      connection.on("blocked", (reason: string) => {
        const error = new Error(`the broker accepts no messages: ${reason}`);
        blocked ??= setTimeout(() => reject(error), BLOCKED_MS).unref();
      });
      connection.on("unblocked", () => {
        clearTimeout(blocked);
        blocked = undefined;
      });
    });
    this.#lost.catch(() => undefined);
  }

  async create(request: ResourceRequest): Promise<void> {
    await this.#briefly(async (channel) => {
      const { queues, exchange } = names(request);
      if (exchange !== undefined) await channel.assertExchange(exchange, "fanout", { durable: true });
      for (const queue of queues) {
        await channel.assertQueue(queue, { durable: true, arguments: QUORUM });
        if (exchange !== undefined) await channel.bindQueue(queue, exchange, "");
      }
    });
  }

  async remove(request: ResourceRequest): Promise<void> {
    await this.#briefly(async (channel) => {
      const { queues, exchange } = names(request);
      for (const queue of queues) await channel.deleteQueue(queue);
      if (exchange !== undefined) await channel.deleteExchange(exchange);
    });
  }

  async producer(request: ResourceRequest): Promise<Producer> {
    const channel = await this.#connection.createConfirmChannel();
    channel.on("error", () => undefined);
    const { queues, exchange } = names(request);
    const [to, key] = exchange === undefined ? ["", queues[0] ?? ""] : [exchange, ""];
    return {
      send: async (records) => {
        const confirms = records.map((record) => publish(channel, to, key, record));
        await Promise.race([Promise.all(confirms), this.#lost]);
      },
      close: () => channel.close(),
    };
  }

  async consumer(request: ResourceRequest, options: ConsumerRequest): Promise<Consumer> {
    const channel = await this.#connection.createChannel();
    channel.on("error", options.onError);
    await channel.prefetch(PREFETCH);
    const queue = names(request).queues[options.group] ?? "";
    const onMessage = (message: ConsumeMessage | null): void => {
      if (message === null) return options.onError(new Error("the broker cancelled the consumer"));
      const header: RecordHeader | undefined = readHeader(message.content);
      options.onRecords([header]);
      channel.ack(message);
    };
    const { consumerTag } = await channel.consume(queue, onMessage);
    this.#lost.catch(options.onError);
    return {
      close: async () => {
        await channel.cancel(consumerTag);
        await channel.close();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close().catch(() => undefined);
  }

  async #briefly(work: (channel: Awaited<ReturnType<ChannelModel["createChannel"]>>) => Promise<void>): Promise<void> {
    const channel = await this.#connection.createChannel();
    await work(channel);
    await channel.close();
  }
}

const PERSISTENT: Options.Publish = { persistent: true };

function publish(channel: ConfirmChannel, exchange: string, key: string, { body }: LoadRecord): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(exchange, key, body, PERSISTENT, (error) => {
      if (error === null) resolve();
      else reject(error instanceof Error ? error : new Error("the broker refused the message"));
    });
  });
}

function names({ name, resource, groups }: ResourceRequest): { queues: string[]; exchange?: string } {
  if (resource === "queue") return { queues: [name] };
  return { queues: Array.from({ length: groups }, (_, group) => `${name}-${group}`), exchange: name };
}
