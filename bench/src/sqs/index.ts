import type { Scenario } from "../method/scenario.ts";
import { awsSdk } from "./aws-sdk.ts";
import { idle } from "./idle.ts";
import { longPollBytes } from "./long-poll-bytes.ts";
import { longPollWake } from "./long-poll-wake.ts";
import { receiveDelete } from "./receive-delete.ts";
import { seam } from "./seam.ts";
import { send64InFlight } from "./send-64-in-flight.ts";
import { sendBatch } from "./send-batch.ts";
import { sendOneAtATime } from "./send-one-at-a-time.ts";

/** The suite `sqs`, in the order in which it runs. */
export const sqsScenarios: readonly Scenario[] = [
  seam,
  sendOneAtATime,
  send64InFlight,
  sendBatch,
  receiveDelete,
  awsSdk,
  longPollBytes,
  longPollWake,
  idle,
];
