import { leaveAsFound } from "../load/broker-footprint.ts";
import { openEndpoints } from "../load/endpoints.ts";
import type { EndpointOptions, Endpoints } from "../load/endpoints.ts";
import type { Target } from "../targets/target.ts";

/** Opens what targets need for the time of some work, and leaves a broker that is somebody's as it was found. */
export async function withEndpoints<T>(
  targets: readonly Target[],
  options: EndpointOptions,
  work: (endpoints: Endpoints) => Promise<T>,
): Promise<T> {
  await using endpoints = await openEndpoints(targets, options);
  // Awaited here: the endpoints are closed when this function is left.
  return await leaveAsFound(endpoints.broker, () => work(endpoints));
}
