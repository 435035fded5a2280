import { StreamClient } from "@warrenmq/streams";
import { startStreamBroker } from "./stream-broker.ts";

/** A broker with the stream protocol, a stream on it, and our client. Disposing stops the broker. */
export interface StreamBench extends AsyncDisposable {
  readonly client: StreamClient;
  readonly stream: string;
  readonly port: number;
  readonly brokerVersion: string;
}

/** Messages that a batch has, on all sides: what a PutRecords call may carry. */
export const BATCH = 500;
/** Batches that are unconfirmed at once, on all sides. */
export const BATCHES_IN_FLIGHT = 10;

/** Starts the broker and creates the stream. It keeps the last 500 MB. */
export async function openStreamBench(): Promise<StreamBench> {
  const broker = await startStreamBroker();
  const { streamUrl = "", streamPort: port = 0, version: brokerVersion } = broker;
  const client = new StreamClient({ url: streamUrl });
  const stream = "bench";
  // A consumer keeps no process alive, not even this one.
  const keepAlive = setInterval(() => undefined, 60_000);
  await client.createStream(stream, { "max-length-bytes": "500000000", "stream-max-segment-size-bytes": "50000000" });
  return {
    client,
    stream,
    port,
    brokerVersion,
    [Symbol.asyncDispose]: async () => {
      clearInterval(keepAlive);
      await client.close();
      await broker.stop();
    },
  };
}

/** A batch of messages of so many bytes each. */
export function batchOf(bytes: number): { readonly body: Buffer }[] {
  return Array.from({ length: BATCH }, () => ({ body: Buffer.alloc(bytes, "x") }));
}
