import type { Topology } from "@warrenmq/topology";
import type { Change } from "./change.ts";
import type { Clients } from "./clients.ts";
import { queueChanges } from "./queue-changes.ts";
import { topicChanges } from "./topic-changes.ts";

/**
 * What a broker lacks, compared with a topology. Nothing is ever taken away: what the file does not name stays.
 * @throws Error when the topology has streams: they are not served yet
 */
export async function topologyChanges(clients: Clients, { queues, topics, streams }: Topology): Promise<Change[]> {
  const [stream] = streams;
  if (stream !== undefined)
    throw new Error(`the stream ${stream.name} cannot be made: streams are not served by this command yet`);
  const ofQueues = (await Promise.all(queues.map((queue) => queueChanges(clients.sqs, queue)))).flat();
  const ofTopics = (await Promise.all(topics.map((topic) => topicChanges(clients, topic)))).flat();
  return [...ofQueues.filter(isCreation), ...ofQueues.filter((change) => !isCreation(change)), ...ofTopics];
}

/** Queues are created before anything refers to them. */
function isCreation({ what }: Change): boolean {
  return what.startsWith("create ");
}
