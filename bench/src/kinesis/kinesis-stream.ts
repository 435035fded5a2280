import {
  CreateStreamCommand,
  DeleteStreamCommand,
  KinesisClient,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from "@warrenmq/client-kinesis";
import { uniqueName } from "@warrenmq/testing";

/** A stream that WarrenMQ created, and the client it was created with. */
export interface KinesisStream extends AsyncDisposable {
  readonly client: KinesisClient;
  readonly name: string;
  /** The stream queues of its shards on the broker. */
  readonly queues: readonly string[];
}

/** Records of a PutRecords call. */
export const RECORDS_PER_CALL = 500;

/** Creates a stream of a new name. Disposing deletes it and destroys the client. */
export async function openKinesisStream(brokerUrl: string, shards: number): Promise<KinesisStream> {
  const client = new KinesisClient({ rabbitmq: { url: brokerUrl } });
  const name = uniqueName("bench");
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  return {
    client,
    name,
    queues: Array.from({ length: shards }, (_, index) => `${name}.shardId-${String(index).padStart(12, "0")}`),
    [Symbol.asyncDispose]: async () => {
      await client.send(new DeleteStreamCommand({ StreamName: name, EnforceConsumerDeletion: true }));
      client.destroy();
    },
  };
}

/** The records of one call, with keys that go to every shard. */
export function recordsOf(bytes: number): PutRecordsRequestEntry[] {
  const Data = Buffer.alloc(bytes, "x");
  return Array.from({ length: RECORDS_PER_CALL }, (_, index) => ({ PartitionKey: `user-${index}`, Data }));
}

/** One PutRecords call, all of whose records are put. */
export async function putAll({ client, name }: KinesisStream, Records: PutRecordsRequestEntry[]): Promise<void> {
  const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName: name, Records }));
  if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} records were not put`);
}
