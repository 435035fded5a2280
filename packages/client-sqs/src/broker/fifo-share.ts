import { deadlineIn, type Broker } from "@warrenmq/core/internal";
import type { FifoPartition } from "./fifo-partition.ts";
import type { FifoReceivers } from "./fifo-receivers.ts";

/** What a {@link FifoShare} needs of its queue. */
export interface FifoShareOwner {
  /** Messages of the partition that are in flight here, or on their way to a dead-letter queue. */
  inFlight(partition: FifoPartition): number;
  /** More may be handed out than before. */
  changed(): void;
}

/** What is under way with one partition that should be another process's. */
interface Leaving {
  /** Nothing more of it is handed out until then, so that it comes to rest and can be given away. */
  readonly untilMs: number;
  /** If it did not, it is served again, and not before then given away. */
  readonly againAtMs: number;
}

/** To whom a partition was given away last. */
interface Given {
  readonly to: string;
  readonly atMs: number;
}

const TICK_MS = 500;
/** How often a process that receives says so. */
const ANNOUNCE_MS = 1_500;
/** A process that has not received for this long, and holds nothing, does not count as a receiver. */
const RECEIVING_MS = 2_000;
const REST_MS = 3_000;
const TRY_AGAIN_MS = 15_000;
/** A partition that comes back from the process that it was given to is kept for this long: the process may be gone. */
const KEEP_MS = 2_000;
/** While the broker takes no publishes, a partition is given away without its counts. */
const TELL_MS = 1_000;

/**
 * This process's share of a FIFO queue's partitions. Receivers announce themselves to each other; rendezvous hashing over
 * those that are there, in even shares, says whose each partition should be. A process gives a partition away when none of
 * its messages is in flight, so that the next one begins in order. The broker's single active consumer makes sure that
 * two never consume one partition, whatever they believe.
 *
 * Consumer priorities of RabbitMQ 4.x would do a part of this, but 3.10 ignores them, and nobody would know when to rest.
 */
export class FifoShare {
  readonly #broker: Broker;
  readonly #process: string;
  readonly #receivers: FifoReceivers;
  readonly #partitions: readonly FifoPartition[];
  readonly #owner: FifoShareOwner;
  readonly #leaving = new Map<FifoPartition, Leaving>();
  readonly #given = new Map<FifoPartition, Given>();
  readonly #givingAway = new Set<FifoPartition>();
  #receives = 0;
  #lastReceiveMs = -Infinity;
  #announcedMs = -Infinity;
  #memberMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    broker: Broker,
    process: string,
    receivers: FifoReceivers,
    partitions: readonly FifoPartition[],
    owner: FifoShareOwner,
  ) {
    this.#broker = broker;
    this.#process = process;
    this.#receivers = receivers;
    this.#partitions = partitions;
    this.#owner = owner;
  }

  /** A receive begins; the function that is returned ends it. */
  receiveBegins(): () => void {
    this.#receives++;
    this.#lastReceiveMs = performance.now();
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
    if (performance.now() - this.#announcedMs > ANNOUNCE_MS) this.#announce();
    return () => {
      this.#receives--;
      this.#lastReceiveMs = performance.now();
    };
  }

  /** Whether messages of the partition may be handed out. */
  serves(index: number): boolean {
    const partition = this.#partitions[index];
    if (partition === undefined || this.#givingAway.has(partition)) return false;
    const leaving = this.#leaving.get(partition);
    return leaving === undefined || performance.now() > leaving.untilMs;
  }

  /** Whether partitions may be on their way here. */
  isChanging(): boolean {
    return performance.now() - this.#memberMs < TICK_MS;
  }

  /** A receiver came, stayed or left. */
  membersChanged(): void {
    this.#memberMs = performance.now();
    this.#rebalance();
  }

  /** Nothing of the partition is in flight any more. */
  atRest(partition: FifoPartition): void {
    if (this.#leaving.has(partition)) this.#rebalance();
  }

  /** Stops; the others are told, what was received here too. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!this.#receivers.isFollowing()) return;
    const deadline = deadlineIn(TELL_MS);
    await Promise.all([this.#receivers.tell(deadline), this.#receivers.left(this.#process, deadline)]).catch(
      () => undefined, // they will notice
    );
  }

  #tick(): void {
    const now = performance.now();
    if (this.#isReceiving(now) && now - this.#announcedMs > ANNOUNCE_MS) this.#announce();
    this.#rebalance();
    this.#owner.changed(); // a rest may be over
  }

  #isReceiving(now: number): boolean {
    if (this.#receives > 0 || now - this.#lastReceiveMs < RECEIVING_MS) return true;
    return this.#partitions.some((partition) => this.#owner.inFlight(partition) > 0);
  }

  #announce(): void {
    if (!this.#receivers.isFollowing()) return;
    this.#announcedMs = performance.now();
    this.#receivers.present(this.#process).catch(() => undefined); // announced again soon
  }

  #rebalance(): void {
    const now = performance.now();
    const owners = this.#receivers.members.owners(this.#partitions.length, now);
    for (const partition of this.#partitions) {
      const owner = owners[partition.index];
      if (owner === undefined || owner === this.#process) this.#keep(partition);
      else if (partition.isAttached()) this.#giveTo(owner, partition, now);
    }
  }

  #keep(partition: FifoPartition): void {
    this.#given.delete(partition);
    if (this.#leaving.delete(partition)) this.#owner.changed();
  }

  #giveTo(owner: string, partition: FifoPartition, now: number): void {
    if (this.#givingAway.has(partition) || this.#wasGivenTo(owner, partition, now)) return;
    if (this.#owner.inFlight(partition) === 0) {
      this.#given.set(partition, { to: owner, atMs: now });
      void this.#giveAway(partition);
      return;
    }
    const leaving = this.#leaving.get(partition);
    if (leaving !== undefined && now < leaving.againAtMs) return;
    this.#leaving.set(partition, { untilMs: now + REST_MS, againAtMs: now + TRY_AGAIN_MS });
  }

  /** Given away already: we stand in line behind the owner, or it has not taken it. */
  #wasGivenTo(owner: string, partition: FifoPartition, now: number): boolean {
    const given = this.#given.get(partition);
    if (given?.to !== owner) return false;
    return partition.held() === 0 || now - given.atMs < KEEP_MS;
  }

  async #giveAway(partition: FifoPartition): Promise<void> {
    this.#leaving.delete(partition);
    this.#givingAway.add(partition);
    try {
      // Whoever gets the messages goes on counting their receives.
      await this.#receivers.tell(deadlineIn(TELL_MS)).catch(() => undefined);
      await partition.release();
    } finally {
      this.#givingAway.delete(partition);
    }
    if (!this.#isReceiving(performance.now())) return;
    // In line again, should the others go.
    await partition.attach(this.#broker.deadline()).catch(() => undefined); // the next receive tries again
  }
}
