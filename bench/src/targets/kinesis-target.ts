import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  PutRecordCommand,
  PutRecordsCommand,
  UpdateShardCountCommand,
} from "@aws-sdk/client-kinesis";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { until } from "@warrenmq/testing";
import type { LoadRecord } from "../load/record-maker.ts";
import { readKinesisShards } from "./kinesis-reader.ts";
import { PartlySentError } from "./target.ts";
import type {
  Consumer,
  ConsumerRequest,
  Endpoint,
  Producer,
  ResourceRequest,
  Target,
  TargetSession,
} from "./target.ts";

/** A stream of AWS takes some 30 s to become active. */
const ACTIVE_TIMEOUT_MS = 120_000;

/** What a target with the Kinesis API says of itself. */
export type KinesisAbout = Pick<Target, "name" | "title" | "needs" | "readings" | "canReshard" | "canResume">;

/** A target with the Kinesis API: WarrenMQ's client or AWS's own, which have the same shape. */
export function kinesisTarget(
  about: KinesisAbout,
  openClient: (endpoint: Endpoint) => KinesisClient | Promise<KinesisClient>,
): Target {
  return {
    ...about,
    canDelay: false,
    encoding: "binary",
    resources: ["stream"],
    open: async (endpoint) => new KinesisSession(await openClient(endpoint)),
  };
}

class KinesisSession implements TargetSession {
  readonly #client: KinesisClient;

  constructor(client: KinesisClient) {
    this.#client = client;
  }

  async create({ name, shards }: ResourceRequest): Promise<void> {
    await this.#client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
    await this.#active(name);
  }

  async remove({ name }: ResourceRequest): Promise<void> {
    const command = new DeleteStreamCommand({ StreamName: name, EnforceConsumerDeletion: true });
    await this.#client.send(command).catch(unlessMissing);
  }

  producer({ name }: ResourceRequest): Promise<Producer> {
    return Promise.resolve({ send: (records) => this.#put(name, records), close: () => Promise.resolve() });
  }

  consumer({ name }: ResourceRequest, options: ConsumerRequest): Promise<Consumer> {
    return readKinesisShards(this.#client, name, options);
  }

  async reshard({ name }: ResourceRequest, shards: number): Promise<void> {
    const ScalingType = "UNIFORM_SCALING";
    await this.#client.send(new UpdateShardCountCommand({ StreamName: name, TargetShardCount: shards, ScalingType }));
    await this.#active(name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }

  async #put(StreamName: string, records: readonly LoadRecord[]): Promise<void> {
    const [first] = records;
    if (records.length === 1 && first !== undefined) {
      const { key: PartitionKey, body: Data } = first;
      await this.#client.send(new PutRecordCommand({ StreamName, PartitionKey, Data }));
      return;
    }
    const Records = records.map(({ key, body }) => ({ PartitionKey: key, Data: body }));
    const { FailedRecordCount = 0, Records: results = [] } = await this.#client.send(
      new PutRecordsCommand({ StreamName, Records }),
    );
    if (FailedRecordCount === 0) return;
    const failed = results.flatMap(({ ErrorCode }, index) => (ErrorCode === undefined ? [] : [index]));
    const reason = results.find(({ ErrorCode }) => ErrorCode !== undefined);
    throw new PartlySentError(`${FailedRecordCount} records were refused: ${reason?.ErrorMessage}`, failed);
  }

  async #active(StreamName: string): Promise<void> {
    const isActive = async (): Promise<boolean> => {
      const { StreamDescriptionSummary } = await this.#client.send(new DescribeStreamSummaryCommand({ StreamName }));
      return StreamDescriptionSummary?.StreamStatus === "ACTIVE";
    };
    await until(isActive, { what: `stream ${StreamName} to become active`, timeoutMs: ACTIVE_TIMEOUT_MS });
  }
}

function unlessMissing(error: unknown): void {
  if (error instanceof Error && error.name === "ResourceNotFoundException") return;
  throw error;
}
