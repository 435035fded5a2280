import { StreamClient } from "@warrenmq/streams";
import { startBroker } from "@warrenmq/testing";

/** A broker with the stream protocol, a stream on it, and our client. Disposing stops the broker. */
export interface StreamBench extends AsyncDisposable {
  readonly client: StreamClient;
  readonly stream: string;
  readonly port: number;
}

/** Messages that a batch has, on all sides: what a PutRecords call may carry. */
export const BATCH = 500;
/** Batches that are unconfirmed at once, on all sides. */
export const BATCHES_IN_FLIGHT = 10;

/** Starts the broker, of the version that the run uses, and creates the stream. It keeps the last 500 MB. */
export async function openStreamBench(): Promise<StreamBench> {
  const broker = await startBroker({ plugins: ["rabbitmq_stream"] });
  const { streamUrl = "", streamPort: port = 0 } = broker;
  const client = new StreamClient({ url: streamUrl });
  const stream = "bench";
  await client.createStream(stream, { "max-length-bytes": "500000000", "stream-max-segment-size-bytes": "50000000" });
  return {
    client,
    stream,
    port,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await broker.stop();
    },
  };
}

/** A batch of messages of so many bytes each. */
export function batchOf(bytes: number): { readonly body: Buffer }[] {
  return Array.from({ length: BATCH }, () => ({ body: Buffer.alloc(bytes, "x") }));
}
