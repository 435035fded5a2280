import type { Broker } from "@warrenmq/core/internal";
import type { FifoLog } from "@warrenmq/core/queues";
import type { FifoMembers } from "../model/fifo-members.ts";
import type { FifoPartition } from "./fifo-partition.ts";

/** What a {@link FifoShare} needs of its queue. */
export interface FifoShareOwner {
  /** Messages of the partition that are in flight here. */
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

const TICK_MS = 500;
/** How often a process that receives says so. */
const ANNOUNCE_MS = 1_500;
/** A process that has not received for this long, and holds nothing, does not count as a receiver. */
const RECEIVING_MS = 2_000;
const REST_MS = 3_000;
const TRY_AGAIN_MS = 15_000;

/**
 * This process's share of a FIFO queue's partitions. Receivers announce themselves in the queue's log; rendezvous
 * hashing over those that are there, in even shares, says whose each partition should be. A process gives a partition away when none of
 * its messages is in flight, so that the next one begins in order. The broker's single active consumer makes sure that
 * two never consume one partition, whatever they believe.
 *
 * Consumer priorities of RabbitMQ 4.x would do a part of this, but 3.10 ignores them, and nobody would know when to rest.
 */
export class FifoShare {
  readonly #broker: Broker;
  readonly #process: string;
  readonly #log: FifoLog;
  readonly #members: FifoMembers;
  readonly #partitions: readonly FifoPartition[];
  readonly #owner: FifoShareOwner;
  readonly #leaving = new Map<FifoPartition, Leaving>();
  /** To whom a partition was given away last. */
  readonly #givenTo = new Map<FifoPartition, string>();
  #receives = 0;
  #lastReceiveMs = -Infinity;
  #announcedMs = -Infinity;
  #memberMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    broker: Broker,
    process: string,
    log: FifoLog,
    members: FifoMembers,
    partitions: readonly FifoPartition[],
    owner: FifoShareOwner,
  ) {
    this.#broker = broker;
    this.#process = process;
    this.#log = log;
    this.#members = members;
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
    const leaving = partition === undefined ? undefined : this.#leaving.get(partition);
    return leaving === undefined || performance.now() > leaving.untilMs;
  }

  /** Whether partitions may be on their way here. */
  isChanging(): boolean {
    return performance.now() - this.#memberMs < TICK_MS;
  }

  /** The log told of a receiver. */
  membersChanged(): void {
    this.#memberMs = performance.now();
    this.#rebalance();
  }

  /** Stops. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
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
    this.#announcedMs = performance.now();
    if (!this.#log.isFollowing()) return;
    const announced = this.#log.write({ type: "receiver", process: this.#process }, this.#broker.deadline());
    announced.catch(() => undefined); // announced again soon
  }

  #rebalance(): void {
    const now = performance.now();
    const owners = this.#members.owners(this.#partitions.length, now);
    for (const partition of this.#partitions) {
      const owner = owners[partition.index];
      if (owner === undefined || owner === this.#process || !partition.isAttached()) this.#keep(partition);
      else this.#giveTo(owner, partition, now);
    }
  }

  #keep(partition: FifoPartition): void {
    this.#givenTo.delete(partition);
    if (this.#leaving.delete(partition)) this.#owner.changed();
  }

  #giveTo(owner: string, partition: FifoPartition, now: number): void {
    // Given away already, and the broker has made nobody else give it to us since: we stand in line behind the owner.
    if (this.#givenTo.get(partition) === owner && partition.held() === 0) return;
    if (this.#owner.inFlight(partition) === 0) {
      this.#leaving.delete(partition);
      this.#givenTo.set(partition, owner);
      void this.#giveAway(partition);
      return;
    }
    const leaving = this.#leaving.get(partition);
    if (leaving !== undefined && now < leaving.againAtMs) return;
    this.#leaving.set(partition, { untilMs: now + REST_MS, againAtMs: now + TRY_AGAIN_MS });
  }

  async #giveAway(partition: FifoPartition): Promise<void> {
    await partition.release();
    if (!this.#isReceiving(performance.now())) return;
    // In line again, should the others go.
    await partition.attach(this.#broker.deadline()).catch(() => undefined); // the next receive tries again
  }
}
