import type { Broker } from "@warrenmq/core/internal";
import { MOST_LOGGED_AT_ONCE, republishMessage, type FifoOutgoing, type FifoSender } from "@warrenmq/core/queues";
import type { DeadLetterRule } from "../model/delivery-rules.ts";
import type { FifoMessage } from "./fifo-partition.ts";

/** What a {@link FifoDeadLetters} needs of its queue. */
export interface FifoDeadLettersOwner {
  /** How to send to a FIFO queue; `undefined` when there is none of that name. */
  sender(queueName: string): FifoSender | undefined;
  /** The dead-letter queue has the message. */
  moved(message: FifoMessage): void;
  /** It could not be moved now. */
  failed(message: FifoMessage): void;
}

interface Move {
  readonly message: FifoMessage;
  readonly rule: DeadLetterRule;
}

/**
 * Moves messages of a FIFO queue to its dead-letter queue, one batch after the other, so that the order of each group is
 * kept. A message is sent there as any other, and then deleted here. In between a crash can only move it twice, and the
 * dead-letter queue knows it by its deduplication id: as with AWS, its MessageId.
 */
export class FifoDeadLetters {
  readonly #broker: Broker;
  readonly #owner: FifoDeadLettersOwner;
  #waiting: Move[] = [];
  #moving = false;

  constructor(broker: Broker, owner: FifoDeadLettersOwner) {
    this.#broker = broker;
    this.#owner = owner;
  }

  /** Moves the message after those that were given before. The owner is told of the outcome. */
  move(message: FifoMessage, rule: DeadLetterRule): void {
    this.#waiting.push({ message, rule });
    if (this.#moving) return;
    this.#moving = true;
    void this.#moveAll().finally(() => {
      this.#moving = false;
    });
  }

  async #moveAll(): Promise<void> {
    await Promise.resolve(); // what is given in the same turn goes together
    while (this.#waiting.length > 0) {
      const queueName = this.#waiting[0]?.rule.queueName;
      const others = this.#waiting.findIndex(({ rule }) => rule.queueName !== queueName);
      const count = Math.min(MOST_LOGGED_AT_ONCE, others < 0 ? this.#waiting.length : others);
      await this.#moveBatch(this.#waiting.splice(0, count), queueName ?? "");
    }
  }

  async #moveBatch(moves: readonly Move[], queueName: string): Promise<void> {
    const arrived = await this.#send(moves, queueName);
    for (const [index, { message }] of moves.entries()) {
      if (arrived[index] === true) this.#owner.moved(message);
      else this.#owner.failed(message);
    }
  }

  /** Which of them the dead-letter queue has now. */
  async #send(moves: readonly Move[], queueName: string): Promise<readonly boolean[]> {
    const sender = this.#owner.sender(queueName);
    if (sender === undefined) return [];
    try {
      const outcomes = await sender.send(moves.map(deadLetterOf), this.#broker.deadline());
      return outcomes.map((outcome) => "sent" in outcome);
    } catch {
      return []; // tried again at the next receive
    }
  }
}

function deadLetterOf({ message, rule }: Move): FifoOutgoing {
  const { messageId, groupId, incoming, receives, firstReceivedAt } = message;
  const receiveCount = incoming.receiveCount + receives;
  const changes = {
    sentTimestampMs: Date.now(),
    receiveCount,
    earlierReceiveCount: receiveCount,
    ...(firstReceivedAt === undefined ? {} : { firstReceiveTimestampMs: firstReceivedAt }),
    deadLetterQueueSourceArn: rule.sourceArn,
    messageGroupId: groupId,
    messageDeduplicationId: messageId,
    expiration: null,
  };
  return {
    messageId,
    groupId,
    deduplicationId: messageId,
    encode: (logOffset) => republishMessage(incoming.wire, { ...changes, logOffset }),
  };
}
