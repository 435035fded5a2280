import type { Scenario } from "../method/scenario.ts";
import { getRecords } from "./get-records.ts";
import { putRecord } from "./put-record.ts";
import { putRecords } from "./put-records.ts";
import { subscribe } from "./subscribe.ts";

/** The suite `kinesis`, in the order in which it runs. */
export const kinesisScenarios: readonly Scenario[] = [
  putRecord,
  putRecords(200),
  putRecords(1024),
  getRecords(200),
  getRecords(1024),
  subscribe,
];
