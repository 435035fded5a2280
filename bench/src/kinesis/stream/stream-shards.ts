import { CreateStreamCommand, KinesisClient } from "@warrenmq/client-kinesis";
import { StreamClient } from "@warrenmq/streams";
import { uniqueName } from "@warrenmq/testing";
import { startStreamBroker } from "../../streams/stream-broker.ts";
import type { KinesisStream } from "../kinesis-stream.ts";

/** A broker with the stream protocol, and what the sides of a comparison use on it. Disposing stops the broker. */
export interface StreamShards extends AsyncDisposable {
  readonly port: number;
  readonly brokerVersion: string;
  /** Our client of the protocol, without Kinesis. */
  readonly streams: StreamClient;
  /** A Kinesis stream that is written and read over the stream protocol. */
  readonly open: (shards: number) => Promise<KinesisStream>;
}

/** Starts the broker. */
export async function openStreamShards(): Promise<StreamShards> {
  const broker = await startStreamBroker();
  const { streamUrl = "", streamPort: port = 0, version: brokerVersion } = broker;
  const streams = new StreamClient({ url: streamUrl });
  const client = new KinesisClient({
    rabbitmq: { url: broker.url, streams: { transport: "stream", url: streamUrl } },
  });
  // Neither readers nor confirms keep a process alive, not even this one.
  const keepAlive = setInterval(() => undefined, 60_000);
  return {
    port,
    brokerVersion,
    streams,
    open: async (shards) => {
      const name = uniqueName("bench");
      await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
      return {
        client,
        name,
        queues: Array.from({ length: shards }, (_, index) => `${name}.shardId-${String(index).padStart(12, "0")}`),
        // It goes with the broker.
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(keepAlive);
      client.destroy();
      await streams.close();
      await broker.stop();
    },
  };
}
