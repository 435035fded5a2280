import { footprintOf, removeSince } from "../load/broker-footprint.ts";
import { openEndpoints } from "../load/endpoints.ts";
import type { EndpointOptions, Endpoints } from "../load/endpoints.ts";
import { errorText } from "../load/error-text.ts";
import type { Target } from "../targets/target.ts";

/**
 * Opens what targets need for the time of some work. A broker that is somebody's is left as it was found: what WarrenMQ keeps
 * for itself is removed as well, if it was not there before.
 */
export async function withEndpoints<T>(
  targets: readonly Target[],
  options: EndpointOptions,
  work: (endpoints: Endpoints) => Promise<T>,
): Promise<T> {
  await using endpoints = await openEndpoints(targets, options);
  const { broker } = endpoints;
  // Awaited here: the endpoints are closed when this function is left.
  if (broker === undefined || broker.kind !== "url") return await work(endpoints);
  const before = await footprintOf(broker.url);
  try {
    return await work(endpoints);
  } finally {
    await removeSince(before, broker.url).catch((error: unknown) => {
      process.stderr.write(`could not remove what WarrenMQ keeps on the broker: ${errorText(error)}\n`);
    });
  }
}
