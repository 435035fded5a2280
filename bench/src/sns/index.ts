import type { Scenario } from "../method/scenario.ts";
import { filter } from "./filter.ts";
import { httpDelivery } from "./http-delivery.ts";
import { manySubscriptions } from "./many-subscriptions.ts";
import { publishBatch } from "./publish-batch.ts";
import { publishThreeQueues } from "./publish-three-queues.ts";

/** The suite `sns`, in the order in which it runs. */
export const snsScenarios: readonly Scenario[] = [
  filter,
  publishThreeQueues,
  publishBatch,
  manySubscriptions,
  httpDelivery,
];
