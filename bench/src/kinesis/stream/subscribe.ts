import type { FigureSpec } from "../../method/figure.ts";
import type { Scenario } from "../../method/scenario.ts";
import { measureSubscriptions, SHARDS } from "../subscribe.ts";
import { openStreamShards } from "./stream-shards.ts";

const figure: FigureSpec = {
  name: "stream-subscribe",
  title:
    "SubscribeToShard over the stream protocol, 4 shards with 1,000 records of 200 B a second each, from put to event, p99",
  unit: "ms",
  target: { atMost: 10 },
};

/** As the scenario `subscribe`, over the stream protocol. */
export const streamSubscribe: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using on = await openStreamShards();
    const measured = await measureSubscriptions(bench, await on.open(SHARDS));
    return { [figure.name]: { ...measured, brokerVersion: on.brokerVersion } };
  },
};
