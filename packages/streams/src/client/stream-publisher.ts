import { deadlineIn, RabbitError, withDeadline, type Deadline } from "@warrenmq/core/internal";
import type { PublisherListener, StreamConnection } from "../connection/stream-connection.ts";
import { prepareMessage } from "../message/prepare-message.ts";
import type { OutgoingMessage } from "../message/prepare-message.ts";
import type { PreparedMessage } from "../message/prepared-message.ts";
import { largestMessageBytes, PublishPacker } from "../protocol/publish-frame.ts";
import { queryPublisherSequenceRequest } from "../protocol/request-frame.ts";
import { ResponseCode } from "../protocol/response-code.ts";
import { checkMessage } from "./check-message.ts";
import { PublishBatch } from "./publish-batch.ts";
import { resolvePublisherOptions } from "./publisher-options.ts";
import type { PublisherOptions, PublishOptions, ResolvedPublisherOptions } from "./publisher-options.ts";
import { asRabbitError, notInTime, retry } from "./retry.ts";
import type { StreamLink } from "./stream-link.ts";
import { UnconfirmedBatches } from "./unconfirmed-batches.ts";

/** How often unconfirmed messages are held against their deadlines. One timer for all: a timer each would cost more than the publish. */
const SWEEP_MS = 100;

/** A publisher that is declared on a node. */
interface Attachment {
  readonly connection: StreamConnection;
  readonly publisherId: number;
  readonly packer: PublishPacker;
}

/** A call that waits for room. */
interface WaitingCall {
  readonly deadline: Deadline;
  readonly begin: () => void;
  readonly reject: (reason: RabbitError) => void;
}

/**
 * Publishes to one stream and knows what became of every message. It sends to the stream's leader; when that is lost it finds the new
 * one, and sends again what was not confirmed.
 */
export class StreamPublisher {
  /** The stream. */
  readonly stream: string;
  readonly #link: StreamLink;
  readonly #options: ResolvedPublisherOptions;
  readonly #unconfirmed = new UnconfirmedBatches();
  readonly #flush = (): void => this.#flushNow();
  #waiting: WaitingCall[] = [];
  #attachment: Attachment | undefined;
  #isAttaching = false;
  #isFlushing = false;
  #isClosed = false;
  #lastFailure: RabbitError | undefined;
  #nextPublishingId = 1;
  #maxMessageBytes = 0;
  #sweeper: NodeJS.Timeout | undefined;
  #onIdle: (() => void) | undefined;

  /** Use {@link StreamClient.publisher}. @internal */
  constructor(link: StreamLink, stream: string, options: PublisherOptions) {
    this.#link = link;
    this.stream = stream;
    this.#options = resolvePublisherOptions(options);
  }

  /** The largest message that can be published, encoded: some bytes less than the frame size that was agreed on. */
  get maxMessageBytes(): number {
    return this.#maxMessageBytes;
  }

  /** @internal */
  async open(deadline: Deadline): Promise<this> {
    const { name } = this.#options;
    if (name !== undefined) this.#nextPublishingId = (await this.#lastPublishingId(name, deadline)) + 1;
    await retry({
      attempt: () => this.#attachOnce(deadline),
      isWanted: () => !this.#isClosed,
      deadline,
      onFailure: (failure) => (this.#lastFailure = failure),
    });
    if (this.#attachment === undefined) throw this.#lastFailure ?? notInTime(this.stream);
    return this;
  }

  /**
   * Publishes messages in order, and resolves with the publishing id of the first when the broker has confirmed all of them.
   * @throws PublishRefusedError when the broker refused some; the others are stored.
   * @throws RabbitError `too-large`, or `confirm-timeout`, or why the stream cannot be reached: then each message may be stored or not.
   * @throws RangeError for properties that the protocol cannot carry.
   */
  publish(messages: readonly OutgoingMessage[], options: PublishOptions = {}): Promise<number> {
    const { deadline = deadlineIn(this.#link.options.timeoutMs), firstPublishingId } = options;
    return new Promise<number>((resolve, reject) => {
      const prepared = this.#prepare(messages);
      if (prepared.length === 0) return resolve(this.#nextPublishingId);
      this.#link.keepAlive.hold();
      const succeed = (id: number): void => {
        this.#link.keepAlive.release();
        resolve(id);
      };
      const fail = (reason: RabbitError): void => {
        this.#link.keepAlive.release();
        reject(reason);
      };
      const begin = (): void => this.#begin(prepared, firstPublishingId, deadline, { resolve: succeed, reject: fail });
      this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
      if (this.#waiting.length === 0 && this.#hasRoom()) begin();
      else this.#waiting.push({ deadline, begin, reject: fail });
    });
  }

  /** Takes no more messages, waits until all are confirmed or given up, and closes. */
  close(deadline: Deadline = deadlineIn(this.#link.options.timeoutMs)): Promise<void> {
    return this.#link.whileAlive(this.#close(deadline));
  }

  async #close(deadline: Deadline): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#unconfirmed.isEmpty) {
      const idle = new Promise<void>((resolve) => (this.#onIdle = resolve));
      await withDeadline(idle, deadline, "confirm all messages").catch(() => undefined);
    }
    this.#failAll(new RabbitError("destroyed", `The publisher of the stream "${this.stream}" was closed.`));
    const attachment = this.#attachment;
    this.#attachment = undefined;
    clearInterval(this.#sweeper);
    // A connection that is lost has forgotten the publisher by itself.
    await attachment?.connection.deletePublisher(attachment.publisherId, deadline).catch(() => undefined);
  }

  #prepare(messages: readonly OutgoingMessage[]): readonly PreparedMessage[] {
    if (this.#isClosed) throw new RabbitError("destroyed", `The publisher of the stream "${this.stream}" was closed.`);
    const prepared = messages.map(prepareMessage);
    for (const message of prepared) checkMessage(message, this.#maxMessageBytes, this.#options.filtering);
    return prepared;
  }

  #begin(
    messages: readonly PreparedMessage[],
    firstPublishingId: number | undefined,
    deadline: Deadline,
    outcome: ConstructorParameters<typeof PublishBatch>[3],
  ): void {
    const first = firstPublishingId ?? this.#nextPublishingId;
    const batch = new PublishBatch(first, messages, deadline, outcome);
    this.#nextPublishingId = Math.max(this.#nextPublishingId, batch.lastPublishingId + 1);
    this.#unconfirmed.add(batch);
    this.#scheduleFlush();
  }

  #hasRoom(): boolean {
    const { maxUnconfirmedMessages, maxUnconfirmedBytes } = this.#options;
    return this.#unconfirmed.messages < maxUnconfirmedMessages && this.#unconfirmed.bytes < maxUnconfirmedBytes;
  }

  /** Once a turn: what is published in one turn of the event loop shares frames and a system call. */
  #scheduleFlush(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    process.nextTick(this.#flush);
  }

  #flushNow(): void {
    this.#isFlushing = false;
    const attachment = this.#attachment;
    if (attachment === undefined) {
      void this.#attach();
      return;
    }
    const { connection, packer } = attachment;
    while (this.#unconfirmed.hasUnsent && connection.isWritable) {
      this.#unconfirmed.takeUnsent()?.forEachPending((publishingId, message) => packer.add(publishingId, message));
    }
    packer.flush();
  }

  #confirmed(publishingId: number): void {
    const batch = this.#unconfirmed.find(publishingId);
    if (batch?.confirm(publishingId) === true) this.#over(batch);
  }

  #refused(publishingId: number, responseCode: number): void {
    // The broker has forgotten the publisher; why is on its way. Then the message is sent again.
    if (responseCode === ResponseCode.publisherDoesNotExist) return;
    const batch = this.#unconfirmed.find(publishingId);
    if (batch?.refuse(publishingId, responseCode) === true) this.#over(batch);
  }

  /** A batch is settled: there is room for others. */
  #over(batch: PublishBatch): void {
    this.#unconfirmed.remove(batch);
    while (this.#waiting.length > 0 && this.#hasRoom()) this.#waiting.shift()?.begin();
    if (!this.#unconfirmed.isEmpty) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    this.#onIdle?.();
  }

  #sweep(): void {
    const now = performance.now();
    for (const batch of this.#unconfirmed.expired(now)) this.#giveUp(batch, this.#timeoutError());
    const late = this.#waiting.filter(({ deadline }) => deadline <= now);
    this.#waiting = this.#waiting.filter(({ deadline }) => deadline > now);
    for (const { reject } of late) reject(this.#timeoutError());
  }

  #timeoutError(): RabbitError {
    if (this.#attachment === undefined && this.#lastFailure !== undefined) return this.#lastFailure;
    return new RabbitError(
      "confirm-timeout",
      `RabbitMQ did not confirm messages to the stream "${this.stream}" in time. They may be stored or not.`,
    );
  }

  #giveUp(batch: PublishBatch, reason: RabbitError): void {
    batch.fail(reason);
    this.#over(batch);
  }

  #failAll(reason: RabbitError): void {
    for (const batch of this.#unconfirmed.all()) this.#giveUp(batch, reason);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(reason);
  }

  #detached(reason: RabbitError): void {
    this.#attachment = undefined;
    this.#lastFailure = reason;
    this.#unconfirmed.markUnsent();
    if (!this.#unconfirmed.isEmpty) void this.#attach();
  }

  /** Never rejects: what stands in the way for good is the failure of all calls. */
  async #attach(): Promise<void> {
    if (this.#isAttaching) return;
    this.#isAttaching = true;
    try {
      await retry({
        attempt: () => this.#attachOnce(deadlineIn(this.#link.options.timeoutMs)),
        isWanted: () => !this.#unconfirmed.isEmpty,
        onFailure: (failure) => (this.#lastFailure = failure),
      });
      this.#isAttaching = false;
      if (this.#unconfirmed.hasUnsent) this.#flushNow();
    } catch (error) {
      this.#isAttaching = false;
      this.#failAll(asRabbitError(error));
    }
  }

  async #attachOnce(deadline: Deadline): Promise<void> {
    const { leader } = await this.#link.locate(this.stream, deadline);
    const connection = await this.#link.publishing.acquire(leader === undefined ? [] : [leader], deadline);
    if (this.#options.filtering && !connection.canFilter) {
      throw new RabbitError(
        "unsupported",
        `RabbitMQ ${connection.brokerVersion} has no filter values: they came with 3.13.`,
      );
    }
    let lost: RabbitError | undefined;
    const listener: PublisherListener = {
      stream: this.stream,
      onConfirm: (publishingId) => this.#confirmed(publishingId),
      onError: (publishingId, responseCode) => this.#refused(publishingId, responseCode),
      onDrain: this.#flush,
      onDetached: (reason) => {
        lost = reason;
        if (this.#attachment?.connection === connection) this.#detached(reason);
      },
    };
    const publisherId = await connection.declarePublisher(listener, this.#options.name, deadline);
    if (lost !== undefined) throw asRabbitError(lost);
    if (this.#isClosed) {
      await connection.deletePublisher(publisherId, deadline);
      return;
    }
    const frames = connection.publishFrames(publisherId, this.#options.filtering ? 2 : 1);
    this.#maxMessageBytes = largestMessageBytes(frames.frameMaxBytes);
    this.#attachment = {
      connection,
      publisherId,
      packer: new PublishPacker(frames, (frame) => connection.send(frame)),
    };
  }

  async #lastPublishingId(name: string, deadline: Deadline): Promise<number> {
    const action = `find the last publishing id of "${name}" in the stream "${this.stream}"`;
    const request = queryPublisherSequenceRequest(name, this.stream);
    return this.#link.locator.ask({ request, action, read: (body) => body.uint64() }, deadline);
  }
}
