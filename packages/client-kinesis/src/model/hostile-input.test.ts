import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OperationError } from "@warrenmq/core/internal";
import { kinesisConventions } from "../conventions.ts";
import { parseGroupCommand } from "./group-state.ts";
import { encodeToken } from "./next-token.ts";
import { parseStreamCommand } from "./parse-stream-command.ts";
import { parseSequenceNumber } from "./sequence-number.ts";
import { decodeIterator } from "./shard-iterator.ts";
import { STREAM_SNAPSHOT } from "./stream-snapshot.ts";
import { validateCreateStream } from "./validate/create-stream.ts";
import { validateListShards } from "./validate/list-shards.ts";
import { validatePutRecord, validatePutRecords } from "./validate/put-records.ts";
import { parseConsumerArn, streamNameOfArn } from "./validate/stream-address.ts";

const NOW = Date.UTC(2026, 0, 1);

/** Only what AWS would answer may be thrown. */
function answers(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return undefined;
  }
}

const texts: readonly [string, (text: string) => unknown][] = [
  ["an iterator", decodeIterator],
  ["a NextToken", (NextToken) => answers(() => validateListShards({ NextToken }, NOW))],
  ["a sequence number", parseSequenceNumber],
  ["the ARN of a stream", (text) => answers(() => streamNameOfArn(text))],
  ["the ARN of a consumer", parseConsumerArn],
  ["the name of a stream", (StreamName) => answers(() => validateCreateStream({ StreamName, ShardCount: 1 }))],
  ["a partition key", (PartitionKey) => answers(() => validatePutRecord({ StreamName: "s", PartitionKey }))],
];

describe("any text", () => {
  const json = fc.jsonValue().map((value) => JSON.stringify(value));
  const base64 = json.map((text) => Buffer.from(text).toString("base64"));

  it.each(texts)("is no harm as %s", (_what, parse) => {
    fc.assert(fc.property(fc.oneof(fc.string(), json, base64), (text) => void parse(text)));
  });

  it.each(texts)("is read in time in proportion to its length as %s", (_what, parse) => {
    const startedAt = performance.now();
    for (const each of ["a", "0", "1", ".", "-", ":", "=", "/", '"', "{", "["]) {
      for (const start of ["", "arn:aws:kinesis:us-east-1:000000000000:stream/"])
        parse(`${start}${each.repeat(200_000)}!`);
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("a NextToken that somebody made up", () => {
  it("asks for what a request could ask for without it, and for nothing else", () => {
    const members = fc.record({
      streamName: fc.string(),
      after: fc.string(),
      filter: fc.anything(),
      more: fc.string(),
    });
    fc.assert(
      fc.property(members, (content) => {
        const NextToken = answers(() => encodeToken(content, NOW));
        const request = answers(() => validateListShards({ NextToken }, NOW));
        if (request === undefined) return;
        expect(Object.keys(Object(request)).toSorted()).toEqual([
          "afterIndex",
          "createdAtMs",
          "filter",
          "filterText",
          "maxResults",
          "streamName",
        ]);
        expect(request).toMatchObject({ streamName: content.streamName, createdAtMs: undefined, maxResults: 1000 });
      }),
    );
  });

  it("is as good as another for the same page: it opens nothing", () => {
    const token = encodeToken({ streamName: "clicks", after: "__proto__", filter: "AT_TIMESTAMP nonsense" }, NOW);
    expect(validateListShards({ NextToken: token }, NOW)).toMatchObject({ streamName: "clicks", afterIndex: NaN });
  });
});

describe("any value", () => {
  const values = fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, withTypedArray: true });
  const polluting = fc.jsonValue().map((value) => JSON.parse(`{"__proto__":{"polluted":${JSON.stringify(value)}}}`));

  it("is no harm as a command of the registry, of a group, or as a snapshot", () => {
    const types = fc.constantFrom(
      "create-stream",
      "begin-reshard",
      "subscribe",
      "take",
      "checkpoint",
      "begin",
      "state",
    );
    const command = fc.record({
      type: types,
      name: values,
      incarnation: values,
      shards: values,
      worker: values,
      leases: values,
    });
    fc.assert(
      fc.property(fc.oneof(values, polluting, command), (value) => {
        parseStreamCommand(value);
        parseGroupCommand(value);
        STREAM_SNAPSHOT.load(value);
        expect(Reflect.get({}, "polluted")).toBeUndefined();
      }),
    );
  });

  it("is no harm as the input or output of a call that is observed", () => {
    const operations = fc.constantFrom("PutRecord", "PutRecords", "GetRecords", "SubscribeToShard", "__proto__");
    const input = fc.record({
      StreamARN: values,
      ShardIterator: fc.oneof(values, fc.base64String()),
      ConsumerARN: values,
    });
    fc.assert(
      fc.property(operations, fc.oneof(values, input), (operation, value) => {
        kinesisConventions.call(operation, value);
        kinesisConventions.result(operation, value);
      }),
    );
  });

  it("is AWS's error, if any, as records to put", () => {
    fc.assert(
      fc.property(values, values, (value, other) => {
        answers(() =>
          validatePutRecord({ StreamName: value, PartitionKey: other, Data: value, ExplicitHashKey: other }),
        );
        answers(() => validatePutRecords({ Records: [value, other] }));
        answers(() => validatePutRecords({ Records: value }));
      }),
    );
  });
});
