/** What an application asks of a stream. */
export interface Need {
  /** Where the numbers come from. */
  readonly source: string;
  readonly peakRecordsPerSecond: number;
  readonly peakBytesPerSecond: number;
  readonly meanBytesPerSecond: number;
  /** What all readers together take, at the peak. */
  readonly peakReadBytesPerSecond: number;
  readonly retentionHours: number;
  /** Shards that the stream has at AWS, where it is known. */
  readonly shards?: number;
}

/** What a broker was measured to sustain. */
export interface Capacity {
  readonly target: string;
  readonly recordsPerSecond: number;
  readonly recordBytes: number;
  readonly shards: number;
  /** Groups that read everything while it was written. */
  readonly groups: number;
  /** Whether the rate was held with fixed due times and nothing fell behind. */
  readonly wasSustained: boolean;
  /** Whether no more was asked for than this, so that the broker may do more. */
  readonly isFloor: boolean;
  /** The share of this machine's cores that was busy. */
  readonly coresBusy: number;
  /** The busiest event loop of the load. */
  readonly eventLoop: number;
}

/** How the two go together. */
export interface Verdict {
  readonly fits: boolean;
  /** "fits with 3.1× headroom", "does not fit: …". */
  readonly text: string;
  readonly headroom: number;
  /** What is used up first. */
  readonly limit: "records/s" | "bytes/s";
  /** What stood in the way of more on the machine that measured. */
  readonly limitedBy: string;
  readonly shardsNeeded: number;
  readonly nodesNeeded: number;
  readonly diskBytes: number;
  readonly need: Need;
  readonly capacity: Capacity;
  /** What was not measured, and how much the rest can be trusted. */
  readonly notes: readonly string[];
}

/** Replicas of a stream on a cluster of three nodes or more. */
const REPLICAS = 3;
/** A broker that is used beyond this share has no room for a hiccup, a reshard or a lost node. */
const SAFE_USE = 0.5;
/** What a stream stores beside each record: AMQP framing, lengths, and the key and time that the Kinesis client adds. */
const RECORD_OVERHEAD_BYTES = 64;
/** RabbitMQ removes whole segments: each shard keeps up to one more than it must. */
const SEGMENT_BYTES = 100e6;

/** Holds a need against a capacity. */
export function judgeFit(need: Need, capacity: Capacity): Verdict {
  const byRecords = capacity.recordsPerSecond / need.peakRecordsPerSecond;
  const byBytes = (capacity.recordsPerSecond * capacity.recordBytes) / need.peakBytesPerSecond;
  const headroom = Math.min(byRecords, byBytes);
  const limit = byRecords <= byBytes ? "records/s" : "bytes/s";
  const use = 1 / headroom;
  // One broker is measured; leaders of shards spread over the nodes of a cluster.
  const leaders = Math.max(1, Math.ceil(use / SAFE_USE));
  const nodesNeeded = Math.max(REPLICAS, leaders);
  const perShard = capacity.recordsPerSecond / capacity.shards;
  const shardsNeeded = Math.max(
    1,
    Math.ceil((need.peakRecordsPerSecond * Math.max(1, byRecords / byBytes)) / (perShard * SAFE_USE)),
  );
  return {
    fits: headroom >= 1,
    text: textOf(need, capacity, headroom, limit),
    headroom,
    limit,
    limitedBy: limitedBy(capacity),
    shardsNeeded,
    nodesNeeded,
    diskBytes: diskBytes(need, Math.max(shardsNeeded, 1)),
    need,
    capacity,
    notes: notesOf(need, capacity, headroom),
  };
}

function textOf(need: Need, capacity: Capacity, headroom: number, limit: Verdict["limit"]): string {
  if (headroom >= 1) {
    const warning =
      headroom < 1 / SAFE_USE ? `, less than the ${1 / SAFE_USE}× that a lost node or a busy hour asks for` : "";
    return `fits with ${times(headroom)} headroom${warning}`;
  }
  const [needed, measured] =
    limit === "records/s"
      ? [`${whole(need.peakRecordsPerSecond)} records/s`, whole(capacity.recordsPerSecond)]
      : [`${mega(need.peakBytesPerSecond)} MB/s`, `${mega(capacity.recordsPerSecond * capacity.recordBytes)} MB/s`];
  if (capacity.isFloor) {
    return `not shown: the peak is ${needed}, and the load asked for no more than ${measured} (use 'rate: search')`;
  }
  return `does not fit: the peak is ${needed}, and this broker sustained ${measured} (${times(headroom)})`;
}

/** Retention × mean rate × replicas, and the segments that are not full. */
function diskBytes(
  { meanBytesPerSecond, peakBytesPerSecond, peakRecordsPerSecond, retentionHours }: Need,
  shards: number,
): number {
  const meanRecordBytes = peakBytesPerSecond / peakRecordsPerSecond;
  const stored = meanBytesPerSecond * (1 + RECORD_OVERHEAD_BYTES / meanRecordBytes) * retentionHours * 3600;
  return Math.ceil((stored + shards * SEGMENT_BYTES) * REPLICAS);
}

function limitedBy({ isFloor, eventLoop, coresBusy }: Capacity): string {
  if (isFloor) return "the load, which asked for no more";
  if (eventLoop > 0.95) return "the load's own event loop: with more 'processes' the broker may do more than this";
  if (coresBusy > 0.9) return "the CPU of this machine, which the broker and the load share if both run here";
  return "the broker, or the network to it";
}

function notesOf(need: Need, capacity: Capacity, headroom: number): string[] {
  const notes = [
    "Measured on this machine, at this hour, on this broker: run it against the broker that you will use, from where your application runs.",
    `Nodes are counted for ${REPLICAS} replicas of each shard and at most ${SAFE_USE * 100} % use. If the broker here is a single node it writes once what a cluster writes ${REPLICAS} times: measure the cluster before you decide.`,
    "Disk is computed, not measured: mean rate × retention × replicas.",
  ];
  if (!capacity.wasSustained)
    notes.push("The rate is what a closed loop reached, not one that was held with fixed due times.");
  const reads = need.peakReadBytesPerSecond / need.peakBytesPerSecond;
  if (reads > capacity.groups + 0.1) {
    notes.push(
      `Readers take ${times(reads)} what is written, but only ${capacity.groups} read here: set 'groups' to what you have.`,
    );
  }
  const bytes = need.peakBytesPerSecond / need.peakRecordsPerSecond;
  if (bytes > capacity.recordBytes * 2 || bytes < capacity.recordBytes / 2) {
    notes.push(
      `Your records have ${whole(bytes)} B on average, those that were measured ${whole(capacity.recordBytes)} B.`,
    );
  }
  if (headroom > 0.8 && headroom < 1.25)
    notes.push("It is near the limit: nothing but a longer run with your own records can tell.");
  return notes;
}

function times(value: number): string {
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1)}×`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
