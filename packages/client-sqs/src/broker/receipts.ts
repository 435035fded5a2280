import { controlLinkOf, RabbitError, type Broker, type ControlLink, type Deadline } from "@warrenmq/core/internal";
import { Coalescer, invalidValue } from "@warrenmq/core/queues";
import {
  formatDeleteRequests,
  formatVisibilityRequests,
  MOST_ENTRIES,
  parseCountRequest,
  parseDeleteReply,
  parseDeleteRequests,
  parseHeldMessages,
  parseVisibilityReply,
  parseVisibilityRequests,
  TOPICS,
  type DeleteRequest,
  type HeldMessages,
  type VisibilityChange,
  type VisibilityRequest,
} from "../model/control-request.ts";
import { signReceiptHandle, type ReceiptHandle } from "../model/receipt-handle.ts";
import type { LateDeletes } from "./late-deletes.ts";
import type { Deliveries } from "./queue-deliveries.ts";

/** What this process holds. */
export interface Held {
  /** What was received from the queue, if anything was. */
  deliveries(queueName: string): Deliveries | undefined;
  /** Messages that were sent to the queue from here, and are not available yet. */
  delayed(queueName: string): number;
  /** Whether the queue is a FIFO queue, which refuses handles that have expired. */
  isFifo(queueName: string): boolean;
  /** What receipt handles are made with. */
  receiptKey(): string;
}

/** The process is gone, and what it held went back to the queue. */
const GONE = Symbol("gone");

/**
 * Settles messages by receipt handle, whichever process holds them: this one at once, another one by asking it. This
 * process answers the same requests of others.
 */
export class Receipts {
  readonly #broker: Broker;
  readonly #control: ControlLink;
  readonly #lateDeletes: LateDeletes;
  readonly #held: Held;
  readonly #deletes: Coalescer<DeleteRequest, boolean>;
  readonly #changes: Coalescer<VisibilityRequest, VisibilityChange>;

  constructor(broker: Broker, lateDeletes: LateDeletes, held: Held) {
    this.#broker = broker;
    this.#control = controlLinkOf(broker);
    this.#lateDeletes = lateDeletes;
    this.#held = held;
    this.#deletes = new Coalescer(MOST_ENTRIES, (owner, requests) => this.#askToDelete(owner, requests));
    this.#changes = new Coalescer(MOST_ENTRIES, (owner, requests) => this.#askToChange(owner, requests));
    this.#serve();
  }

  /**
   * Deletes the message. Without a promise when this process held it: then {@link Receipts.settled} tells when the broker
   * has the acknowledgement.
   * @throws RabbitError when the process that holds it, or the broker, does not answer; OperationError when the handle of
   * a message of a FIFO queue has expired.
   */
  delete(request: DeleteRequest): undefined | Promise<void> {
    return this.#deleteHere(request) ? undefined : this.#deleteElsewhere(request);
  }

  /** Resolves when what was deleted of a queue here has reached the broker. */
  settled(queueName: string): Promise<void> {
    return this.#held.deliveries(queueName)?.settled() ?? Promise.resolve();
  }

  /**
   * Makes the message visible again after `visibilityMs` from now. Without a promise when this process holds it.
   * @throws RabbitError when the process that holds it, or the broker, does not answer.
   */
  changeVisibility(request: VisibilityRequest): VisibilityChange | Promise<VisibilityChange> {
    const outcome = this.#changeHere(request);
    return outcome === "not-in-flight" ? this.#changes.add(request.handle.owner, request) : outcome;
  }

  /** What all processes hold of a queue; one that does not answer within a second is left out. @throws RabbitError */
  async count(queueName: string, deadline: Deadline): Promise<HeldMessages> {
    const bodies = await this.#control.askAll(TOPICS.count, { queue: queueName }, deadline);
    return [this.#countHere(queueName), ...bodies.map(parseHeldMessages)].reduce(sum);
  }

  #deleteHere({ queue, handle }: DeleteRequest): boolean {
    return this.#mayHold(handle) && this.#held.deliveries(queue)?.delete(handle) === true;
  }

  async #deleteElsewhere(request: DeleteRequest): Promise<void> {
    const { queue, handle } = request;
    if (!this.#isOwn(handle) && (await this.#deletes.add(handle.owner, request))) return;
    if (this.#held.isFifo(queue)) {
      const text = signReceiptHandle(handle, this.#held.receiptKey());
      throw invalidValue("ReceiptHandle", text, "The receipt handle has expired.");
    }
    // It went back to the queue. Another message of a native application may have the same id, and must not be dropped.
    if (handle.unique) await this.#lateDeletes.record(queue, handle.messageId);
  }

  #changeHere({ queue, handle, visibilityMs }: VisibilityRequest): VisibilityChange {
    if (!this.#mayHold(handle)) return "not-in-flight";
    return this.#held.deliveries(queue)?.changeVisibility(handle, visibilityMs) ?? "not-in-flight";
  }

  #countHere(queueName: string): HeldMessages {
    const deliveries = this.#held.deliveries(queueName);
    return {
      inFlight: deliveries?.inFlight() ?? 0,
      unseen: deliveries?.unseen() ?? 0,
      delayed: this.#held.delayed(queueName),
    };
  }

  async #askToDelete(owner: string, requests: readonly DeleteRequest[]): Promise<readonly boolean[]> {
    const body = await this.#ask(owner, TOPICS.delete, formatDeleteRequests(requests));
    if (body === GONE) return requests.map(() => false);
    return parseDeleteReply(body, requests.length) ?? unreadable(owner);
  }

  async #askToChange(owner: string, requests: readonly VisibilityRequest[]): Promise<readonly VisibilityChange[]> {
    const outcomes = await this.#askOwnerToChange(owner, requests);
    // It may have gone back to the queue, and be in flight in a third process now.
    const others = requests.filter(({ handle }, index) => handle.unique && outcomes[index] === "not-in-flight");
    if (others.length === 0) return outcomes;
    const found = await this.#askAllToChange(others);
    return requests.map((request, index) => found.get(request) ?? outcomes[index] ?? "not-in-flight");
  }

  async #askOwnerToChange(owner: string, requests: readonly VisibilityRequest[]): Promise<readonly VisibilityChange[]> {
    if (owner === this.#control.processId) return requests.map(() => "not-in-flight");
    const body = await this.#ask(owner, TOPICS.changeVisibility, formatVisibilityRequests(requests));
    if (body === GONE) return requests.map(() => "not-in-flight");
    return parseVisibilityReply(body, requests.length) ?? unreadable(owner);
  }

  async #askAllToChange(
    requests: readonly VisibilityRequest[],
  ): Promise<ReadonlyMap<VisibilityRequest, VisibilityChange>> {
    const found = new Map<VisibilityRequest, VisibilityChange>();
    const body = formatVisibilityRequests(requests);
    for (const reply of await this.#control.askAll(TOPICS.changeVisibility, body, this.#broker.deadline())) {
      const outcomes = parseVisibilityReply(reply, requests.length) ?? [];
      for (const [index, request] of requests.entries()) {
        const outcome = outcomes[index] ?? "not-in-flight";
        if (outcome !== "not-in-flight") found.set(request, outcome);
      }
    }
    return found;
  }

  async #ask(owner: string, topic: string, body: unknown): Promise<unknown> {
    try {
      return await this.#control.ask(owner, topic, body, this.#broker.deadline());
    } catch (error) {
      if (error instanceof RabbitError && error.code === "unroutable") return GONE;
      throw error;
    }
  }

  #isOwn({ owner }: ReceiptHandle): boolean {
    return owner === this.#control.processId;
  }

  /** An older handle also means a newer delivery, in whichever process, unless other messages may have the same id. */
  #mayHold(handle: ReceiptHandle): boolean {
    return handle.unique || this.#isOwn(handle);
  }

  #serve(): void {
    const control = this.#control;
    control.serve(TOPICS.delete, async (body) => {
      const requests = parseDeleteRequests(body);
      const deleted = requests?.map((request) => this.#deleteHere(request));
      const queues = new Set(requests?.map(({ queue }) => queue));
      await Promise.all([...queues].map((queue) => this.settled(queue)));
      return deleted;
    });
    control.serve(TOPICS.changeVisibility, (body) =>
      parseVisibilityRequests(body)?.map((request) => this.#changeHere(request)),
    );
    control.serve(TOPICS.count, (body) => {
      const queueName = parseCountRequest(body);
      return queueName === undefined ? undefined : this.#countHere(queueName);
    });
  }
}

function sum(one: HeldMessages, other: HeldMessages): HeldMessages {
  return {
    inFlight: one.inFlight + other.inFlight,
    unseen: one.unseen + other.unseen,
    delayed: one.delayed + other.delayed,
  };
}

function unreadable(owner: string): never {
  throw new RabbitError(
    "broker-error",
    `The process ${owner} that received the message answered in a way that this version of WarrenMQ cannot read.`,
  );
}
