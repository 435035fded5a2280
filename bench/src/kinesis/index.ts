import type { Scenario } from "../method/scenario.ts";
import { getRecords } from "./get-records.ts";
import { putRecord } from "./put-record.ts";
import { putRecords } from "./put-records.ts";
import { streamGetRecords } from "./stream/get-records.ts";
import { streamManyShards } from "./stream/many-shards.ts";
import { streamPutRecord } from "./stream/put-record.ts";
import { streamPutRecords } from "./stream/put-records.ts";
import { streamReadBack } from "./stream/read-back.ts";
import { streamSubscribe } from "./stream/subscribe.ts";
import { subscribe } from "./subscribe.ts";

/** The suite `kinesis`, in the order in which it runs. */
export const kinesisScenarios: readonly Scenario[] = [
  putRecord,
  putRecords(200),
  putRecords(1024),
  getRecords(200),
  getRecords(1024),
  subscribe,
  streamPutRecord,
  streamReadBack,
  streamPutRecords(200),
  streamPutRecords(1024),
  streamGetRecords(200),
  streamGetRecords(1024),
  streamSubscribe,
  streamManyShards,
];
