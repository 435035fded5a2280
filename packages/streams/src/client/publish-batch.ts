import type { RabbitError, Deadline } from "@warrenmq/core/internal";
import { messageBytes } from "../message/prepared-message.ts";
import type { PreparedMessage } from "../message/prepared-message.ts";
import { PublishRefusedError } from "./publish-refused-error.ts";
import type { RefusedMessage } from "./publish-refused-error.ts";

/** Who waits for a batch. Exactly one is called, once. */
export interface BatchOutcome {
  readonly resolve: (firstPublishingId: number) => void;
  readonly reject: (reason: RabbitError) => void;
}

const PENDING = 0;
const SETTLED = 1;

/** The messages of one call of `publish`, with consecutive publishing ids. */
export class PublishBatch {
  readonly firstPublishingId: number;
  readonly messages: readonly PreparedMessage[];
  readonly deadline: Deadline;
  /** What the messages take, encoded. */
  readonly bytes: number;
  readonly #outcome: BatchOutcome;
  readonly #states: Uint8Array;
  readonly #refused: RefusedMessage[] = [];
  #pending: number;

  constructor(
    firstPublishingId: number,
    messages: readonly PreparedMessage[],
    deadline: Deadline,
    outcome: BatchOutcome,
  ) {
    this.firstPublishingId = firstPublishingId;
    this.messages = messages;
    this.deadline = deadline;
    this.bytes = messages.reduce((sum, message) => sum + messageBytes(message), 0);
    this.#outcome = outcome;
    this.#states = new Uint8Array(messages.length);
    this.#pending = messages.length;
  }

  get lastPublishingId(): number {
    return this.firstPublishingId + this.messages.length - 1;
  }

  get isSettled(): boolean {
    return this.#pending === 0;
  }

  /** Calls `visit` with each message that the broker has not answered for. */
  forEachPending(visit: (publishingId: number, message: PreparedMessage) => void): void {
    this.messages.forEach((message, index) => {
      if (this.#states[index] === PENDING) visit(this.firstPublishingId + index, message);
    });
  }

  /** The broker has stored a message. Returns whether the batch is over now. */
  confirm(publishingId: number): boolean {
    const index = publishingId - this.firstPublishingId;
    if (this.isSettled || this.#states[index] !== PENDING) return false;
    this.#states[index] = SETTLED;
    this.#pending--;
    if (this.#pending > 0) return false;
    this.#end();
    return true;
  }

  /** The broker has refused a message. Returns whether the batch is over now. */
  refuse(publishingId: number, responseCode: number): boolean {
    const index = publishingId - this.firstPublishingId;
    if (this.#states[index] === PENDING) this.#refused.push({ index, publishingId, responseCode });
    return this.confirm(publishingId);
  }

  /** Gives up what is pending. */
  fail(reason: RabbitError): void {
    if (this.isSettled) return;
    this.#pending = 0;
    this.#outcome.reject(reason);
  }

  #end(): void {
    if (this.#refused.length === 0) this.#outcome.resolve(this.firstPublishingId);
    else this.#outcome.reject(new PublishRefusedError(this.#refused, this.messages.length));
  }
}
