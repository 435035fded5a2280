import type { PublishBatch } from "./publish-batch.ts";

/** The batches of a publisher that are not over yet, in the order of their publishing ids: sent ones first. */
export class UnconfirmedBatches {
  #batches: PublishBatch[] = [];
  #sent = 0;
  #hit = 0;
  #messages = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Messages that are not confirmed, unsent ones included. */
  get messages(): number {
    return this.#messages;
  }

  /** Their bytes, encoded. */
  get bytes(): number {
    return this.#bytes;
  }

  get hasUnsent(): boolean {
    return this.#sent < this.#batches.length;
  }

  add(batch: PublishBatch): void {
    this.#batches.push(batch);
    this.#messages += batch.messages.length;
    this.#bytes += batch.bytes;
  }

  /** The next batch to send, which counts as sent from now on. */
  takeUnsent(): PublishBatch | undefined {
    return this.#batches[this.#sent++];
  }

  /** All have to be sent again. */
  markUnsent(): void {
    this.#sent = 0;
  }

  /** The batch that a publishing id belongs to. */
  find(publishingId: number): PublishBatch | undefined {
    // Confirms come in the order of the messages: it is the batch of the last one, or the next.
    for (const index of [this.#hit, this.#hit + 1]) {
      const batch = this.#batches[index];
      if (batch !== undefined && contains(batch, publishingId)) {
        this.#hit = index;
        return batch;
      }
    }
    this.#hit = Math.max(
      0,
      this.#batches.findIndex((batch) => contains(batch, publishingId)),
    );
    const batch = this.#batches[this.#hit];
    return batch !== undefined && contains(batch, publishingId) ? batch : undefined;
  }

  /** Forgets a batch that is over. */
  remove(batch: PublishBatch): void {
    const index = this.#batches.indexOf(batch);
    if (index < 0) return;
    this.#batches.splice(index, 1);
    if (index < this.#sent) this.#sent--;
    this.#hit = 0;
    this.#messages -= batch.messages.length;
    this.#bytes -= batch.bytes;
  }

  /** Those whose deadline has passed. */
  expired(nowMs: number): readonly PublishBatch[] {
    return this.#batches.filter(({ deadline }) => deadline <= nowMs);
  }

  all(): readonly PublishBatch[] {
    return [...this.#batches];
  }
}

function contains(batch: PublishBatch, publishingId: number): boolean {
  return publishingId >= batch.firstPublishingId && publishingId <= batch.lastPublishingId;
}
