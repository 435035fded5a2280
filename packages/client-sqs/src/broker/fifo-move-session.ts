import { type Broker } from "@warrenmq/core/internal";
import {
  MOST_LOGGED_AT_ONCE,
  newMessageId,
  republishMessage,
  type FifoOutgoing,
  type FifoSender,
} from "@warrenmq/core/queues";
import { queueNameOfArn } from "../model/queue-arn.ts";
import { readOwnReceiptHandle } from "../model/receipt-handle.ts";
import type { FifoDeliveries } from "./fifo-deliveries.ts";
import { moveEndOf, NO_SOURCE, NO_SUCH_QUEUE, type MoveEnd, type MoveOrder } from "./move-session.ts";
import type { ReceivedMessage } from "./queue-deliveries.ts";
import { Rate } from "./rate.ts";

/** What a {@link FifoMoveSession} needs of the process. */
export interface FifoMoveOwner {
  /** The queue to empty. */
  readonly source: FifoDeliveries;
  /** How to send to a FIFO queue; `undefined` when there is none of that name. */
  sender(queueName: string): FifoSender | undefined;
  /** Messages that wait in the source, in whichever process. @throws RabbitError */
  waiting(): Promise<number>;
}

const WAIT_MS = 300;
const VISIBILITY_MS = 60_000;
/** So often in a row nothing must be there: what is on its way between processes counts nowhere. */
const IDLE_CHECKS = 3;

/**
 * Moves messages of a FIFO queue to FIFO queues until the source is empty, the limit is reached, or it is stopped. It
 * receives, sends and deletes as any other consumer does, so the order of each group is kept, and a message that is sent
 * twice because of a crash is known by its deduplication id.
 */
export class FifoMoveSession {
  readonly #broker: Broker;
  readonly #order: MoveOrder;
  readonly #owner: FifoMoveOwner;
  readonly #onMoved: () => void;
  readonly #rate: Rate;
  #moved = 0;

  constructor(broker: Broker, order: MoveOrder, owner: FifoMoveOwner, onMoved: () => void) {
    this.#broker = broker;
    this.#order = order;
    this.#owner = owner;
    this.#onMoved = onMoved;
    this.#rate = new Rate(order.maxPerSecond);
  }

  /** Runs until the end. `shallStop` is asked now and then. Never rejects. */
  async run(shallStop: () => boolean): Promise<MoveEnd> {
    try {
      return await this.#run(shallStop);
    } catch (error) {
      return moveEndOf(error);
    }
  }

  async #run(shallStop: () => boolean): Promise<MoveEnd> {
    let idleChecks = 0;
    while (this.#moved < this.#order.limit) {
      if (shallStop()) return { type: "stopped" };
      const received = await this.#receive();
      if (received.length > 0) {
        idleChecks = 0;
        const end = await this.#move(received);
        if (end !== undefined) return end;
      } else if ((await this.#owner.waiting()) > 0) {
        idleChecks = 0; // another process has them, or a group is locked
      } else if (++idleChecks === IDLE_CHECKS) {
        break;
      }
    }
    return { type: "drained" };
  }

  #receive(): Promise<ReceivedMessage[]> {
    // With a limit of the rate no more than go within a second, so that the last of them is not held for long.
    const max = Math.min(
      MOST_LOGGED_AT_ONCE,
      this.#order.limit - this.#moved,
      this.#order.maxPerSecond ?? MOST_LOGGED_AT_ONCE,
    );
    const request = { max, waitMs: WAIT_MS, signal: undefined, deadline: this.#broker.deadline() };
    return this.#owner.source.receive(request, VISIBILITY_MS);
  }

  /** Moves messages in their order, those for one queue that follow each other together; how the session ends, if it does. */
  async #move(received: readonly ReceivedMessage[]): Promise<MoveEnd | undefined> {
    let rest = received;
    while (rest.length > 0) {
      const queueName = this.#destinationOf(rest[0]);
      const others = rest.findIndex((message) => this.#destinationOf(message) !== queueName);
      const batch = others < 0 ? rest : rest.slice(0, others);
      const end = queueName === undefined ? failed(NO_SOURCE) : await this.#moveBatch(batch, queueName);
      if (end !== undefined) {
        this.#giveBack(rest);
        return end;
      }
      rest = rest.slice(batch.length);
    }
    return undefined;
  }

  #destinationOf(received: ReceivedMessage | undefined): string | undefined {
    const sourceArn = received?.message.deadLetterQueueSourceArn;
    return this.#order.destination ?? (sourceArn === undefined ? undefined : queueNameOfArn(sourceArn));
  }

  async #moveBatch(batch: readonly ReceivedMessage[], queueName: string): Promise<MoveEnd | undefined> {
    const sender = this.#owner.sender(queueName);
    if (sender === undefined) return failed(NO_SUCH_QUEUE);
    for (const _ of batch) await this.#rate.slot();
    const outcomes = await sender.send(batch.map(movedMessage), this.#broker.deadline());
    for (const [index, outcome] of outcomes.entries()) {
      if ("error" in outcome) return moveEndOf(outcome.error);
      this.#delete(batch[index]);
      this.#onMoved();
      this.#moved++;
    }
    await this.#owner.source.settled();
    return undefined;
  }

  #delete(received: ReceivedMessage | undefined): void {
    const handle = received === undefined ? undefined : readOwnReceiptHandle(received.receiptHandle);
    if (handle !== undefined) this.#owner.source.delete(handle);
  }

  /** Those that were deleted are not affected. */
  #giveBack(received: readonly ReceivedMessage[]): void {
    for (const { receiptHandle } of received) {
      const handle = readOwnReceiptHandle(receiptHandle);
      if (handle !== undefined) this.#owner.source.changeVisibility(handle, 0);
    }
  }
}

function failed(reason: string): MoveEnd {
  return { type: "failed", reason };
}

/** As AWS: a new message. Its deduplication id is the one that it had, in a dead-letter queue the id of the message that died. */
function movedMessage({ message, messageId: oldId }: ReceivedMessage): FifoOutgoing {
  const sentTimestampMs = Date.now();
  const messageId = message.native ? oldId : newMessageId(sentTimestampMs);
  const groupId = message.messageGroupId ?? oldId;
  const deduplicationId = message.messageDeduplicationId ?? oldId;
  const changes = {
    ...(message.native ? {} : { messageId, sentTimestampMs }),
    receiveCount: null,
    earlierReceiveCount: null,
    firstReceiveTimestampMs: null,
    deadLetterQueueSourceArn: null,
    messageGroupId: groupId,
    messageDeduplicationId: deduplicationId,
  };
  return {
    messageId,
    groupId,
    deduplicationId,
    encode: (logOffset) => republishMessage(message.wire, { ...changes, logOffset }),
  };
}
