import type { ByteReader } from "../bytes/byte-reader.ts";
import type { CommandVersion } from "./command-version.ts";

/** Smallest string, pair of strings, broker and stream of an answer, in bytes: what bounds an array's length. */
const STRING_BYTES = 2;
const PAIR_BYTES = 4;
const BROKER_BYTES = 8;
const STREAM_BYTES = 10;

/** Where a node says that it can be reached. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

/** What the broker tells about one stream. */
export interface StreamMetadata {
  readonly stream: string;
  /** `ResponseCode.ok`, or why the stream cannot be used. */
  readonly code: number;
  /** The node that takes messages; `undefined` while there is none. */
  readonly leader: NodeAddress | undefined;
  /** The other nodes that hold a copy. */
  readonly replicas: readonly NodeAddress[];
}

/** Counters of a stream by name: `first_chunk_id`, `committed_chunk_id`, … -1 where there is nothing. */
export type StreamStats = ReadonlyMap<string, number>;

/** Pairs of strings; none where the frame ends before them. */
export function readProperties(body: ByteReader): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  // RabbitMQ leaves the number out when there are no connection properties.
  if (body.remaining === 0) return properties;
  const count = body.count(PAIR_BYTES);
  for (let index = 0; index < count; index++) properties.set(body.string(), body.string());
  return properties;
}

export function readStrings(body: ByteReader): readonly string[] {
  const count = body.count(STRING_BYTES);
  return Array.from({ length: count }, () => body.string());
}

export function readStreamStats(body: ByteReader): StreamStats {
  const count = body.count(STRING_BYTES + 8);
  const stats = new Map<string, number>();
  for (let index = 0; index < count; index++) stats.set(body.string(), body.int64());
  return stats;
}

export function readCommandVersions(body: ByteReader): readonly CommandVersion[] {
  const count = body.count(6);
  return Array.from({ length: count }, () => ({ command: body.uint16(), min: body.uint16(), max: body.uint16() }));
}

/** The answer to a metadata query. Unlike all other answers it does not begin with a response code. */
export function readMetadata(body: ByteReader): readonly StreamMetadata[] {
  const nodes = new Map<number, NodeAddress>();
  const nodeCount = body.count(BROKER_BYTES);
  for (let index = 0; index < nodeCount; index++) {
    nodes.set(body.uint16(), { host: body.string(), port: body.uint32() });
  }
  const streamCount = body.count(STREAM_BYTES);
  return Array.from({ length: streamCount }, () => readStream(body, nodes));
}

function readStream(body: ByteReader, nodes: ReadonlyMap<number, NodeAddress>): StreamMetadata {
  const stream = body.string();
  const code = body.uint16();
  const leader = nodes.get(body.uint16());
  const replicaCount = body.count(2);
  const replicas: NodeAddress[] = [];
  for (let index = 0; index < replicaCount; index++) {
    const replica = nodes.get(body.uint16());
    // A node that is down has a reference that is not listed.
    if (replica !== undefined) replicas.push(replica);
  }
  return { stream, code, leader, replicas };
}
