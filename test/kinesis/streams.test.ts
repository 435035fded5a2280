import {
  AddTagsToStreamCommand,
  CreateChannelCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteResourcePolicyCommand,
  DeleteStreamCommand,
  DescribeAccountSettingsCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  DeregisterStreamConsumerCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  GetResourcePolicyCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListShardsCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  paginateListStreams,
  PutRecordCommand,
  PutResourcePolicyCommand,
  RegisterStreamConsumerCommand,
  RemoveTagsFromStreamCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccountSettingsCommand,
  UpdateStreamModeCommand,
  UpdateStreamWarmThroughputCommand,
  waitUntilStreamExists,
  waitUntilStreamNotExists,
} from "@warrenmq/client-kinesis";
import { uniqueName } from "@warrenmq/testing";
import { connect } from "amqplib";
import { describe, expect, inject, test } from "vitest";
import {
  createTestStream,
  deleteStreamsAfterAll,
  iteratorOf,
  kinesisErrorOf,
  read,
  readShard,
  testKinesis,
  textOf,
} from "../support/kinesis.ts";

const kinesis = testKinesis();
const elsewhere = testKinesis();
deleteStreamsAfterAll();

const arnOf = (name: string): string => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;

describe("a stream", () => {
  test("is created, seen and deleted in every process, and its name is free again", async () => {
    const StreamName = uniqueName("life");
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
    await waitUntilStreamExists({ client: elsewhere, maxWaitTime: 5, minDelay: 1, maxDelay: 1 }, { StreamName });
    const create = new CreateStreamCommand({ StreamName, ShardCount: 1 });
    expect(await kinesisErrorOf(elsewhere.send(create))).toBe(
      `ResourceInUseException: Stream ${StreamName} under account 000000000000 already exists.`,
    );
    const put = new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("old") });
    await elsewhere.send(put);
    const iterator = await iteratorOf(elsewhere, { StreamName });
    await kinesis.send(new DeleteStreamCommand({ StreamName }));
    await waitUntilStreamNotExists({ client: elsewhere, maxWaitTime: 5, minDelay: 1, maxDelay: 1 }, { StreamName });
    const gone = `ResourceNotFoundException: Stream ${StreamName} under account 000000000000 not found.`;
    expect(await kinesisErrorOf(kinesis.send(put))).toBe(gone);
    expect(await kinesisErrorOf(elsewhere.send(put))).toBe(gone);
    expect(await kinesisErrorOf(kinesis.send(new DeleteStreamCommand({ StreamName })))).toBe(gone);

    await elsewhere.send(create);
    await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("new") }));
    expect((await readShard(elsewhere, StreamName, "0")).map(textOf)).toEqual(["new"]);
    expect(await kinesisErrorOf(read(elsewhere, iterator))).toBe("InvalidArgumentException: Invalid ShardIterator.");
    await kinesis.send(new DeleteStreamCommand({ StreamName }));
  });

  test("created at once by two processes is created by one", async () => {
    const StreamName = uniqueName("race");
    const creations = [kinesis, elsewhere].map((client, index) =>
      client.send(new CreateStreamCommand({ StreamName, ShardCount: index + 1 })),
    );
    const outcomes = await Promise.allSettled(creations);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await kinesis.send(new DeleteStreamCommand({ StreamName }));
  });

  test("is named by its ARN as well, and not by two names", async () => {
    const StreamName = await createTestStream(kinesis);
    const StreamARN = arnOf(StreamName);
    const { StreamDescription } = await kinesis.send(new DescribeStreamCommand({ StreamARN }));
    expect(StreamDescription).toMatchObject({ StreamName, StreamARN, StreamStatus: "ACTIVE", HasMoreShards: false });
    const both = new DescribeStreamCommand({ StreamName: "other", StreamARN });
    expect(await kinesisErrorOf(kinesis.send(both))).toMatch(/^InvalidArgumentException: /u);
    expect(await kinesisErrorOf(kinesis.send(new DescribeStreamCommand({})))).toMatch(/^InvalidArgumentException: /u);
  });

  test("without a ShardCount is on-demand and has four shards", async () => {
    const StreamName = await createTestStream(kinesis, {});
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    expect(StreamDescriptionSummary).toMatchObject({
      OpenShardCount: 4,
      ConsumerCount: 0,
      RetentionPeriodHours: 24,
      MaxRecordSizeInKiB: 1024,
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      EncryptionType: "NONE",
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    });
  });

  test.each([
    [
      { StreamName: "", ShardCount: 0 },
      "ValidationException: 3 validation errors detected: Value '0' at 'shardCount' failed to satisfy constraint: Member must " +
        "have value greater than or equal to 1; Value '' at 'streamName' failed to satisfy constraint: Member must satisfy " +
        "regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'streamName' failed to satisfy constraint: Member must have " +
        "length greater than or equal to 1",
    ],
    [
      { StreamName: undefined },
      "ValidationException: 1 validation error detected: Value null at 'streamName' failed to satisfy constraint: Member must not be null",
    ],
    [
      { StreamName: "a", StreamModeDetails: { StreamMode: "PROVISIONED" as const } },
      "ValidationException: ShardCount must be provided when StreamMode is PROVISIONED.",
    ],
  ])("that does not fit is refused: %o", async (input, message) => {
    expect(await kinesisErrorOf(kinesis.send(new CreateStreamCommand(input)))).toBe(message);
  });

  test("that was declared by a creator who died before its shards were is repaired by whoever puts or reads", async () => {
    const native = await connect(inject("brokerUrl"));
    const channel = await native.createChannel();
    const StreamName = await createTestStream(kinesis);
    await channel.deleteQueue(`${StreamName}.shardId-000000000000`);
    expect(await readShard(elsewhere, StreamName, "0")).toEqual([]);
    await channel.deleteQueue(`${StreamName}.shardId-000000000000`);
    await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("x") }));
    expect((await readShard(elsewhere, StreamName, "0")).map(textOf)).toEqual(["x"]);
    await native.close();
  });
});

describe("lists", () => {
  test("of streams come in pages, by name", async () => {
    const prefix = uniqueName("zz-list");
    const names = [1, 2, 3].map((index) => `${prefix}-${index}`);
    for (const StreamName of names) await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const listed: string[] = [];
    for await (const page of paginateListStreams({ client: elsewhere, pageSize: 2 }, {})) {
      listed.push(...(page.StreamNames ?? []));
    }
    expect(listed.filter((name) => name.startsWith(prefix))).toEqual(names);
    expect(listed).toEqual(listed.toSorted((left, right) => (left < right ? -1 : 1)));
    const rest = await kinesis.send(new ListStreamsCommand({ ExclusiveStartStreamName: names[1], Limit: 1 }));
    expect(rest.StreamNames).toEqual([names[2]]);
    for (const StreamName of names) await kinesis.send(new DeleteStreamCommand({ StreamName }));
  });

  test("of shards come in pages whose tokens carry the request", async () => {
    const StreamName = await createTestStream(kinesis, { ShardCount: 5 });
    const ids: (string | undefined)[] = [];
    let input: { StreamName?: string; NextToken?: string | undefined; MaxResults: number } = {
      StreamName,
      MaxResults: 2,
    };
    for (;;) {
      const { Shards = [], NextToken } = await kinesis.send(new ListShardsCommand(input));
      ids.push(...Shards.map(({ ShardId }) => ShardId));
      if (NextToken === undefined) break;
      input = { NextToken, MaxResults: 2 };
    }
    expect(ids).toEqual([0, 1, 2, 3, 4].map((index) => `shardId-00000000000${index}`));
    const after = new ListShardsCommand({ StreamName, ExclusiveStartShardId: "shardId-000000000003" });
    expect((await kinesis.send(after)).Shards).toHaveLength(1);
    const page = await kinesis.send(new DescribeStreamCommand({ StreamName, Limit: 2, ExclusiveStartShardId: "0" }));
    expect(page.StreamDescription?.Shards?.map(({ ShardId }) => ShardId)).toEqual(ids.slice(1, 3));
    expect(page.StreamDescription?.HasMoreShards).toBe(true);
    expect(await kinesisErrorOf(kinesis.send(new ListShardsCommand({ StreamName, NextToken: "x" })))).toBe(
      "InvalidArgumentException: NextToken and StreamName cannot be provided together.",
    );
    expect(await kinesisErrorOf(kinesis.send(new ListShardsCommand({})))).toBe(
      "InvalidArgumentException: Either NextToken or StreamName should be provided.",
    );
  });
});

describe("settings", () => {
  test("retention goes up and down, within what the broker keeps", async () => {
    const StreamName = await createTestStream(kinesis);
    const increase = (RetentionPeriodHours: number): Promise<unknown> =>
      kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
    await increase(48);
    expect(await kinesisErrorOf(increase(24))).toBe(
      `InvalidArgumentException: Requested retention period (24 hours) for stream ${StreamName} can not be shorter than ` +
        "existing retention period (48 hours). Use DecreaseRetentionPeriod API.",
    );
    expect(await kinesisErrorOf(increase(9_000))).toContain("Maximum allowed retention period is 8760 hours.");
    expect(await kinesisErrorOf(increase(200))).toContain(
      "longer than the 168 hours for which RabbitMQ keeps the records",
    );
    const decrease = (RetentionPeriodHours: number): Promise<unknown> =>
      kinesis.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
    await decrease(30);
    expect(await kinesisErrorOf(decrease(23))).toBe(
      "InvalidArgumentException: Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.",
    );
    const { StreamDescription } = await elsewhere.send(new DescribeStreamCommand({ StreamName }));
    expect(StreamDescription?.RetentionPeriodHours).toBe(30);
  });

  test("tags are kept for streams and consumers", async () => {
    const StreamName = await createTestStream(kinesis, { ShardCount: 1, Tags: { team: "a" } });
    const ResourceARN = arnOf(StreamName);
    await kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags: { b: "2", c: "3" } }));
    await kinesis.send(new TagResourceCommand({ ResourceARN, Tags: { d: "4" } }));
    await kinesis.send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ["b"] }));
    await kinesis.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["c", "missing"] }));
    const expected = [
      { Key: "d", Value: "4" },
      { Key: "team", Value: "a" },
    ];
    const { Tags, HasMoreTags } = await kinesis.send(new ListTagsForStreamCommand({ StreamName }));
    expect({ Tags, HasMoreTags }).toEqual({ Tags: expected, HasMoreTags: false });
    const page = await kinesis.send(new ListTagsForStreamCommand({ StreamName, Limit: 1 }));
    expect(page).toMatchObject({ Tags: [expected[0]], HasMoreTags: true });
    expect((await kinesis.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual(expected);
    const bad = new AddTagsToStreamCommand({ StreamName, Tags: { "a;b": "" } });
    expect(await kinesisErrorOf(kinesis.send(bad))).toContain("Some tags contain invalid characters.");
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`k${index}`, ""]));
    expect(await kinesisErrorOf(kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags: many })))).toContain(
      "cannot have more than 50 tags",
    );
  });

  test("monitoring, encryption, mode and warm throughput are stored and shown", async () => {
    const StreamName = await createTestStream(kinesis);
    const StreamARN = arnOf(StreamName);
    const ShardLevelMetrics = ["IncomingBytes", "OutgoingBytes"] as const;
    const enabled = await kinesis.send(
      new EnableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: [...ShardLevelMetrics] }),
    );
    expect(enabled).toMatchObject({ CurrentShardLevelMetrics: [], DesiredShardLevelMetrics: ShardLevelMetrics });
    await kinesis.send(new DisableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ["IncomingBytes"] }));
    await kinesis.send(new StartStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId: "alias/key" }));
    await kinesis.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } }));
    await kinesis.send(new UpdateStreamWarmThroughputCommand({ StreamName, WarmThroughputMiBps: 5 }));
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    expect(StreamDescriptionSummary).toMatchObject({
      EnhancedMonitoring: [{ ShardLevelMetrics: ["OutgoingBytes"] }],
      EncryptionType: "KMS",
      KeyId: "alias/key",
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      WarmThroughput: { TargetMiBps: 5, CurrentMiBps: 5 },
    });
    await kinesis.send(new StopStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId: "alias/key" }));
    const { StreamDescription } = await kinesis.send(new DescribeStreamCommand({ StreamName }));
    expect(StreamDescription).toMatchObject({ EncryptionType: "NONE" });
    expect(StreamDescription).not.toHaveProperty("KeyId");
  });

  test("policies are stored, shown and removed", async () => {
    const ResourceARN = arnOf(await createTestStream(kinesis));
    const get = new GetResourcePolicyCommand({ ResourceARN });
    expect(await kinesisErrorOf(kinesis.send(get))).toMatch(/^ResourceNotFoundException: /u);
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await kinesis.send(new PutResourcePolicyCommand({ ResourceARN, Policy }));
    expect((await elsewhere.send(get)).Policy).toBe(Policy);
    await kinesis.send(new DeleteResourcePolicyCommand({ ResourceARN }));
    expect(await kinesisErrorOf(kinesis.send(get))).toMatch(/^ResourceNotFoundException: /u);
  });

  test("of the account are shown", async () => {
    await createTestStream(kinesis, {});
    const limits = await kinesis.send(new DescribeLimitsCommand({}));
    expect(limits.OpenShardCount).toBeGreaterThanOrEqual(4);
    expect(limits.OnDemandStreamCount).toBeGreaterThanOrEqual(1);
    const commitment = { MinimumThroughputBillingCommitment: { Status: "ENABLED" as const } };
    await kinesis.send(new UpdateAccountSettingsCommand(commitment));
    expect(await elsewhere.send(new DescribeAccountSettingsCommand({}))).toMatchObject(commitment);
    await kinesis.send(
      new UpdateAccountSettingsCommand({ MinimumThroughputBillingCommitment: { Status: "DISABLED" } }),
    );
  });
});

describe("a registered consumer", () => {
  test("is listed, described and deregistered; registered again it has another ARN", async () => {
    const StreamName = await createTestStream(kinesis);
    const StreamARN = arnOf(StreamName);
    const register = new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "app", Tags: { a: "b" } });
    const { Consumer } = await kinesis.send(register);
    expect(Consumer?.ConsumerARN).toMatch(new RegExp(`^${StreamARN}/consumer/app:\\d{10}$`, "u"));
    expect(Consumer).toMatchObject({ ConsumerName: "app", ConsumerStatus: "ACTIVE" });
    expect(await kinesisErrorOf(elsewhere.send(register))).toMatch(/^ResourceInUseException: /u);
    const { ConsumerARN } = Consumer ?? {};
    const described = await elsewhere.send(new DescribeStreamConsumerCommand({ ConsumerARN }));
    expect(described.ConsumerDescription).toMatchObject({ ConsumerName: "app", StreamARN });
    expect((await kinesis.send(new ListTagsForResourceCommand({ ResourceARN: ConsumerARN }))).Tags).toEqual([
      { Key: "a", Value: "b" },
    ]);
    await kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "other" }));
    const first = await kinesis.send(new ListStreamConsumersCommand({ StreamARN, MaxResults: 1 }));
    expect(first.Consumers?.map(({ ConsumerName }) => ConsumerName)).toEqual(["app"]);
    const second = await kinesis.send(new ListStreamConsumersCommand({ StreamARN, NextToken: first.NextToken }));
    expect(second.Consumers?.map(({ ConsumerName }) => ConsumerName)).toEqual(["other"]);
    expect(await kinesisErrorOf(kinesis.send(new DeleteStreamCommand({ StreamName })))).toMatch(
      /^ResourceInUseException: /u,
    );
    await kinesis.send(new DeregisterStreamConsumerCommand({ StreamARN, ConsumerName: "app" }));
    expect(await kinesisErrorOf(kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN })))).toMatch(
      /^ResourceNotFoundException: /u,
    );
  });
});

test("a channel to Amazon S3 is refused by name, with the place that says so", async () => {
  const create = new CreateChannelCommand({
    ChannelName: "to-s3",
    ServiceExecutionRoleARN: "arn:aws:iam::000000000000:role/x",
    StreamConfigurationList: [],
  });
  expect(await kinesisErrorOf(kinesis.send(create))).toMatch(
    /^UnsupportedOperation: Kinesis CreateChannel is not supported on RabbitMQ\..*docs\/support\/kinesis\.md/u,
  );
});
