import { PutRecordsCommand, type KinesisClient, type PutRecordsRequestEntry } from "@warrenmq/client-kinesis";
import { encodeClick, type Click } from "./click.ts";

/** Puts clicks, those of a visitor under one partition key. What was not put is put again, as AWS advises. */
export async function putClicks(client: KinesisClient, StreamName: string, clicks: readonly Click[]): Promise<void> {
  let left: PutRecordsRequestEntry[] = clicks.map((click) => ({
    PartitionKey: click.visitor,
    Data: encodeClick(click),
  }));
  while (left.length > 0) {
    const { Records = [] } = await client.send(new PutRecordsCommand({ StreamName, Records: left }));
    left = left.filter((_, index) => Records[index]?.ErrorCode !== undefined);
  }
}
