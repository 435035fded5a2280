import type { StateSnapshot } from "@warrenmq/core/internal";
import { isNumber, isStreamRecord, isTextMap, membersOf } from "./guards.ts";
import type { StreamState } from "./stream-command.ts";

/** How the streams of a virtual host are written down. */
export const STREAM_SNAPSHOT: StateSnapshot<StreamState> = {
  version: 1,
  dump: ({ streams, policies, billing }) => ({
    streams: [...streams.values()],
    policies: Object.fromEntries(policies),
    billing,
  }),
  load: (data) => {
    const { streams, policies, billing } = membersOf(data);
    const { status, at } = membersOf(billing);
    if (!Array.isArray(streams) || !streams.every(isStreamRecord) || !isTextMap(policies)) return undefined;
    if ((status !== "ENABLED" && status !== "DISABLED") || !isNumber(at)) return undefined;
    // JSON has no `undefined`.
    const loaded = streams.map((stream) => [stream.name, { ...stream, resharding: stream.resharding }] as const);
    return { streams: new Map(loaded), policies: new Map(Object.entries(policies)), billing: { status, at } };
  },
};
