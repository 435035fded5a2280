/** The stream that a call works on does not exist (any more). */
export class StreamGone extends Error {
  override readonly name = "StreamGone";

  constructor(streamName: string) {
    super(`The stream "${streamName}" does not exist.`);
  }
}

/** The shard is being closed, or closed: its hash keys belong to other shards. */
export class ShardMoved extends Error {
  override readonly name = "ShardMoved";

  constructor(stream: string) {
    super(`The shard "${stream}" takes no records any more.`);
  }
}
