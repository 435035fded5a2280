import { CommandLog, type Broker, type Deadline } from "@warrenmq/core/internal";
import { Coalescer } from "@warrenmq/core/queues";
import { parseLateDelete, type LateDelete } from "../model/late-delete.ts";
import { RememberedIds } from "../model/remembered-ids.ts";

/**
 * An hour, in 4 MiB at most, of one segment or more: what a process reads when it starts to receive. See
 * docs/decisions/021-late-deletes.md.
 */
const STREAM = {
  name: "warrenmq.late-deletes",
  limits: { "x-max-age": "1h", "x-max-length-bytes": 4_194_304, "x-stream-max-segment-size-bytes": 1_048_576 },
};
/** How many ids a queue remembers. */
const REMEMBERED = 50_000;
const MOST_IDS = 500;

/**
 * Messages that were deleted after they had gone back to their queue, because their visibility timeout was over or their
 * receiver is gone: known to every process, and dropped at their next delivery in whichever process it is.
 */
export class LateDeletes {
  readonly #broker: Broker;
  readonly #log: CommandLog;
  readonly #ids = new Map<string, RememberedIds>();
  readonly #records: Coalescer<string, true>;

  /** @param deleted called for each late delete of any process, those of the last hour included */
  constructor(broker: Broker, deleted: (queueName: string, messageId: string) => void) {
    this.#broker = broker;
    this.#log = new CommandLog(broker, STREAM, {
      record: ({ data }) => {
        const lateDelete = parseLateDelete(data);
        if (lateDelete !== undefined) this.#apply(lateDelete, deleted);
      },
      restarted: () => undefined, // what was deleted stays deleted
    });
    this.#records = new Coalescer(MOST_IDS, (queue, ids) => this.#append({ queue, ids }));
  }

  /** Whether late deletes of other processes arrive here. */
  isFollowing(): boolean {
    return this.#log.isFollowing();
  }

  /** Resolves when all late deletes up to now are known here, and later ones will arrive. @throws RabbitError */
  follow(deadline: Deadline): Promise<void> {
    return this.#log.follow(deadline);
  }

  /** Resolves when every process that receives will drop the message, now or at its next delivery. @throws RabbitError */
  async record(queueName: string, messageId: string): Promise<void> {
    await this.#records.add(queueName, messageId);
  }

  /** The ids of one queue's messages that are to be dropped when they are delivered here. */
  of(queueName: string): RememberedIds {
    const existing = this.#ids.get(queueName);
    if (existing !== undefined) return existing;
    const made = new RememberedIds(REMEMBERED);
    this.#ids.set(queueName, made);
    return made;
  }

  async #append(data: LateDelete): Promise<readonly true[]> {
    await this.#log.append({ id: crypto.randomUUID(), at: Date.now(), service: "sqs", data }, this.#broker.deadline());
    return data.ids.map(() => true);
  }

  #apply({ queue, ids }: LateDelete, deleted: (queueName: string, messageId: string) => void): void {
    for (const messageId of ids) {
      this.of(queue).add(messageId);
      deleted(queue, messageId);
    }
  }
}
