// What happened to a FIFO queue, and the rules of AWS that every history must obey. Times are `performance.now()` of one
// process, taken before a call and after its answer.

/** A message that was sent, as far as the senders were told. */
export interface SendEvent {
  readonly group: string;
  readonly deduplicationId: string;
  /** Undefined when the sender was killed before it was told. */
  readonly messageId: string | undefined;
  readonly sequence: string | undefined;
}

/** One message of a receive. */
export interface ReceiveEvent {
  readonly worker: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly messageId: string;
  readonly deduplicationId: string;
  readonly group: string;
  readonly sequence: string;
  /** The messages of the whole answer. */
  readonly answer: ReadonlySet<string>;
  /**
   * From when on the message may be visible again: its visibility timeout ends, it is given back or deleted, or its
   * holder is killed. Moves while the history is written.
   */
  freeFromMs: number;
}

/** A message that was deleted, or may have been: the deleter was killed before it was told. */
export interface DeleteEvent {
  readonly messageId: string;
  readonly startMs: number;
  /** Infinity when it is not known whether it happened. */
  readonly endMs: number;
}

/** Everything that happened. */
export interface FifoHistory {
  readonly sends: SendEvent[];
  readonly receives: ReceiveEvent[];
  readonly deletes: DeleteEvent[];
}

/** Clocks of timers and of processes may differ by this much. */
const TOLERANCE_MS = 100;

/** Everything in the history that AWS would not do; empty when it is right. */
export function violations(history: FifoHistory): string[] {
  return [
    ...wrongIdentities(history),
    ...lostMessages(history),
    ...comebacks(history),
    ...brokenOrder(history),
    ...brokenLocks(history),
  ];
}

/** One deduplication id is one message: the same MessageId and SequenceNumber for every sender and receiver. */
function wrongIdentities({ sends, receives }: FifoHistory): string[] {
  const found: string[] = [];
  const known = new Map<string, string>();
  for (const { deduplicationId, messageId, sequence } of [...sends, ...receives]) {
    if (messageId === undefined) continue;
    const identity = `${messageId} ${sequence}`;
    const first = known.get(deduplicationId) ?? identity;
    known.set(deduplicationId, first);
    if (identity !== first) found.push(`${deduplicationId} is ${first} and ${identity}`);
  }
  return found;
}

/** Every message that a sender was told of was received by somebody in the end. */
function lostMessages({ sends, receives }: FifoHistory): string[] {
  const received = new Set(receives.map(({ messageId }) => messageId));
  return sends
    .filter(({ messageId }) => messageId !== undefined && !received.has(messageId))
    .map(({ deduplicationId, group }) => `${deduplicationId} of ${group} was lost`);
}

/** A message that was deleted is not received again. */
function comebacks({ receives, deletes }: FifoHistory): string[] {
  const deletedAt = new Map(deletes.map(({ messageId, endMs }) => [messageId, endMs]));
  return receives
    .filter(({ messageId, startMs }) => startMs > (deletedAt.get(messageId) ?? Infinity))
    .map(({ deduplicationId, worker }) => `${deduplicationId} was deleted and received again by ${worker}`);
}

/** Whoever receives a message receives, or somebody has deleted, all earlier ones of its group. */
function brokenOrder({ sends, receives, deletes }: FifoHistory): string[] {
  const found: string[] = [];
  const groups = new Map<string, Map<string, string>>();
  for (const { group, messageId, sequence } of [...sends, ...receives]) {
    const messages = groups.get(group) ?? new Map<string, string>();
    groups.set(group, messages);
    if (messageId !== undefined && sequence !== undefined) messages.set(messageId, sequence);
  }
  const deleteBegan = new Map<string, number>();
  for (const { messageId, startMs } of deletes) {
    deleteBegan.set(messageId, Math.min(startMs, deleteBegan.get(messageId) ?? Infinity));
  }
  for (const { group, sequence, answer, endMs, deduplicationId, worker } of receives) {
    for (const [earlier, earlierSequence] of groups.get(group) ?? []) {
      if (earlierSequence >= sequence || answer.has(earlier)) continue;
      if ((deleteBegan.get(earlier) ?? Infinity) > endMs) {
        found.push(
          `${deduplicationId} of ${group} was received by ${worker} before ${earlier}, which was sent earlier`,
        );
      }
    }
  }
  return found;
}

/** While a message is in flight, nobody receives it or a later one of its group (an earlier one may be visible again). */
function brokenLocks({ receives }: FifoHistory): string[] {
  const found: string[] = [];
  const byGroup = new Map<string, ReceiveEvent[]>();
  for (const event of receives) byGroup.set(event.group, [...(byGroup.get(event.group) ?? []), event]);
  for (const events of byGroup.values()) {
    for (const event of events) {
      const holder = events.find(
        (other) =>
          other.endMs < event.startMs &&
          other.freeFromMs > event.endMs + TOLERANCE_MS &&
          other.sequence <= event.sequence,
      );
      if (holder === undefined) continue;
      found.push(
        `${event.deduplicationId} of ${event.group} was received by ${event.worker} while ${holder.worker} held ${holder.deduplicationId}`,
      );
    }
  }
  return found;
}
