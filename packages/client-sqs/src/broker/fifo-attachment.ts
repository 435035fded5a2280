import { pause, RabbitError, remainingMs, toRabbitError, type Broker, type Deadline } from "@warrenmq/core/internal";
import type { FifoPartition, FifoStreams } from "./fifo-partition.ts";
import type { ReceivingProcess } from "./queue-deliveries.ts";

const REATTACH_MS = 50;

/** Keeps this process in line for every partition of a FIFO queue while it receives. */
export class FifoAttachment {
  readonly #broker: Broker;
  readonly #queueName: string;
  readonly #process: ReceivingProcess;
  readonly #streams: FifoStreams;
  readonly #partitions: readonly FifoPartition[];
  #closed: RabbitError | undefined;

  constructor(
    broker: Broker,
    queueName: string,
    process: ReceivingProcess,
    streams: FifoStreams,
    partitions: readonly FifoPartition[],
  ) {
    this.#broker = broker;
    this.#queueName = queueName;
    this.#process = process;
    this.#streams = streams;
    this.#partitions = partitions;
  }

  /**
   * Resolves when this process consumes from every partition, or stands in line for it. A partition that is given away
   * meanwhile, or a lost connection, makes it try again.
   * @throws RabbitError `not-found` when the queue does not exist, or why the broker cannot be reached until the deadline
   */
  async attach(deadline: Deadline): Promise<void> {
    for (;;) {
      if (this.#closed !== undefined) throw this.#closed;
      try {
        return await this.#attachOnce(deadline);
      } catch (error) {
        const failure = toRabbitError(error, `receive from queue "${this.#queueName}"`);
        const again = failure.code === "connection-lost" || failure.code === "queue-unavailable";
        if (!again || remainingMs(deadline) <= REATTACH_MS) throw this.#closed ?? failure;
        await pause(REATTACH_MS);
      }
    }
  }

  /** Whether messages can come: the broker is connected, if only to change a partition's owner. */
  isConnected(): boolean {
    return this.#broker.consuming.status() === "open";
  }

  /** Attaches no more; `reason` is what later calls fail with. */
  close(reason: RabbitError): void {
    this.#closed = reason;
  }

  async #attachOnce(deadline: Deadline): Promise<void> {
    const { log, receivers } = this.#streams;
    if (!this.#process.isReachable()) await this.#process.becomeReachable(deadline);
    if (!log.isFollowing() || !receivers.isFollowing()) {
      await Promise.all([log.follow(deadline), receivers.follow(deadline)]);
    }
    if (this.#partitions.every((partition) => partition.isAttached())) return;
    await Promise.all(this.#partitions.map((partition) => partition.attach(deadline)));
    // What lies in any of them, so that the first receive begins with the oldest group.
    await Promise.all(this.#partitions.map((partition) => partition.barrier(deadline)));
    // One that was lost meanwhile would not be attached again: no call waits yet that would see to it.
    if (this.#partitions.every((partition) => partition.isAttached())) return;
    throw new RabbitError("connection-lost", `Lost a partition of queue "${this.#queueName}". Retry.`);
  }
}
