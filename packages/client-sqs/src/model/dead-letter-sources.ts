import type { QueueRecord } from "@warrenmq/core/queues";
import { queueNameOfArn } from "./queue-arn.ts";
import { factsOf } from "./queue-facts.ts";

/** The names of the queues whose RedrivePolicy names this queue, which makes it a dead-letter queue. */
export function deadLetterSources(queues: Iterable<QueueRecord>, queueName: string): string[] {
  const sources: string[] = [];
  for (const record of queues) {
    if (record.attributes["RedrivePolicy"] === undefined) continue;
    const { redrivePolicy } = factsOf(record);
    if (redrivePolicy !== undefined && queueNameOfArn(redrivePolicy.deadLetterTargetArn) === queueName) {
      sources.push(record.name);
    }
  }
  return sources;
}
