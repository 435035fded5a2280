import type { ResourceKind } from "./inventory.ts";
import type { YamlValue } from "./yaml-value.ts";

/** The types of resources that are queues, topics and streams. */
export const RESOURCES: Readonly<Record<string, ResourceKind>> = {
  "AWS::SQS::Queue": "queue",
  "AWS::SNS::Topic": "topic",
  "AWS::Kinesis::Stream": "stream",
  "AWS::Serverless::SimpleQueue": "queue",
};

/** The entries of a map, with where their keys stand. */
export type Entries = readonly (readonly [string, YamlValue, number])[];

/** What the logical ids of resources stand for, as far as it is messaging. */
export function kindsOf(resources: Entries): ReadonlyMap<string, ResourceKind> {
  return new Map(
    resources.flatMap(([id, value]) => {
      const kind = RESOURCES[value.at("Type").text ?? ""];
      return kind === undefined ? [] : [[id, kind] as const];
    }),
  );
}
