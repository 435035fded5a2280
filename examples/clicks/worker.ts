// A process of the consumer group: `worker.js <stream>`. It tells its parent what it has processed.
import { StreamConsumer } from "@warrenmq/client-kinesis";
import { decodeClick } from "./click.ts";

const [streamName = ""] = process.argv.slice(2);

const consumer = new StreamConsumer({
  streamName,
  applicationName: "clicks",
  leaseMs: 2_000,
  pollMs: 20,
  onRecords: ({ records }) => void process.send?.(records.map(({ Data }) => decodeClick(Data))),
});
process.once("SIGTERM", () => void consumer.stop().then(() => process.disconnect()));
await consumer.start();
process.send?.([]); // ready
