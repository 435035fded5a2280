// AWS's codec of the Kinesis Producer Library's aggregated records, as it comes from npm:
// https://github.com/awslabs/kinesis-aggregation
import { PutRecordsCommand, type _Record } from "@warrenmq/client-kinesis";
import { aggregate, deaggregateSync, type EncodedRecord } from "aws-kinesis-agg";
import { describe, expect, test } from "vitest";
import { createTestStream, deleteStreamsAfterAll, readShard, testKinesis } from "../support/kinesis.ts";

const kinesis = testKinesis();
const unframed = testKinesis({ batchFrames: false });
const elsewhere = testKinesis();
deleteStreamsAfterAll();

interface UserRecord {
  readonly partitionKey: string;
  readonly text: string;
}

/** What the library makes of user records: as few aggregated records as they fit into. */
async function aggregated(records: readonly UserRecord[]): Promise<EncodedRecord[]> {
  const all: EncodedRecord[] = [];
  const items = records.map(({ partitionKey, text }) => ({ partitionKey, data: Buffer.from(text) }));
  await new Promise<void>((resolve, reject) => {
    aggregate(
      items,
      (record, done) => {
        all.push(record);
        done();
      },
      resolve,
      reject,
    );
  });
  return all;
}

/** Its checksums are checked. */
function deaggregated(record: _Record): UserRecord[] {
  const all: UserRecord[] = [];
  // Its types are those of aws-sdk v2; it takes and gives v3's as well.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  deaggregateSync(record as Parameters<typeof deaggregateSync>[0], true, (error: Error | undefined, users = []) => {
    if (error !== undefined) throw error;
    for (const user of users) {
      const { PartitionKey, Data } = { PartitionKey: "", Data: "", ...user };
      all.push({ partitionKey: PartitionKey, text: Buffer.from(Data, "base64").toString() });
    }
  });
  return all;
}

describe("aws-kinesis-agg", () => {
  test.each([
    ["with frames", kinesis],
    ["without frames", unframed],
  ])("reads the user records that it has aggregated, %s", async (_label, client) => {
    const StreamName = await createTestStream(client);
    const users = Array.from({ length: 400 }, (_, index) => ({
      partitionKey: `user-${index % 50}`,
      text: `${index} ${"ü".repeat(10 * index)}`,
    }));
    const packed = await aggregated(users);
    expect(packed.length).toBeGreaterThan(1);
    const Records = packed.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data }));
    await client.send(new PutRecordsCommand({ StreamName, Records }));
    const read = await readShard(elsewhere, StreamName, "0");
    expect(read).toHaveLength(packed.length);
    expect(read.flatMap((record) => deaggregated(record))).toEqual(users);
  });
});
