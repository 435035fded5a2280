import type { Channel } from "amqplib";
import type { Broker } from "../amqp/broker.ts";
import { withDeadline, type Deadline } from "../amqp/deadline.ts";
import { toRabbitError } from "../amqp/amqp-failure.ts";

/** Routes messages between processes: a direct exchange, by process id, or by {@link EVERYONE} to all. */
export const CONTROL_EXCHANGE = "warrenmq.control";
/** Routing key of what goes to all processes. */
export const EVERYONE = "all";
/**
 * Every process that can be asked consumes from this queue, which holds nothing: its consumer count, which any client
 * may ask for in one round trip, is how many there are. RabbitMQ drops the consumers of a process that dies.
 */
const PROCESSES_QUEUE = "warrenmq.processes";
/** What nobody has read after this time is worthless: whoever asked has asked again. */
const TIME_TO_LIVE_MS = 60_000;
const LONGEST_QUEUE = 10_000;

/** Whether messages of other processes reach this one. */
type State =
  | { readonly type: "detached" }
  | { readonly type: "attaching"; readonly done: Promise<void> }
  | { readonly type: "attached"; readonly channel: Channel };

/**
 * The queue on which this process hears the others. It is exclusive, so the broker deletes it when the process ends in
 * whatever way, and a request to it comes back as unroutable from then on. After a lost connection there is a new one,
 * at the next {@link ControlInbox.attach}.
 */
export class ControlInbox {
  readonly #broker: Broker;
  readonly #processId: string;
  readonly #received: (content: Buffer) => void;
  #state: State = { type: "detached" };
  #queueNumber = 0;

  /** @param received called with the content of each message, of whatever origin */
  constructor(broker: Broker, processId: string, received: (content: Buffer) => void) {
    this.#broker = broker;
    this.#processId = processId;
    this.#received = received;
  }

  /** Whether other processes can reach this one. */
  isAttached(): boolean {
    return this.#state.type === "attached";
  }

  /** Resolves when other processes can reach this one. @throws RabbitError */
  attach(deadline: Deadline): Promise<void> {
    if (this.#state.type === "attached") return Promise.resolve();
    if (this.#state.type === "attaching") return withDeadline(this.#state.done, deadline, "open the control queue");
    const done = this.#attach(deadline);
    this.#state = { type: "attaching", done };
    return done;
  }

  /** How many processes can be asked, this one included if it is attached; 0 when the broker does not know just now. */
  async countProcesses(deadline: Deadline): Promise<number> {
    const queue = await this.#broker.channels.use("count the processes", deadline, (channel) =>
      channel.checkQueue(PROCESSES_QUEUE),
    );
    return queue.consumerCount;
  }

  async #attach(deadline: Deadline): Promise<void> {
    try {
      await this.#broker.channels.use("declare the control exchange", deadline, async (channel) => {
        await channel.assertExchange(CONTROL_EXCHANGE, "direct", { durable: true });
        await channel.assertQueue(PROCESSES_QUEUE, { durable: true, arguments: { "x-queue-type": "quorum" } });
      });
      const channel = await this.#broker.consuming.channel(deadline);
      await this.#consumeOn(channel, deadline);
      this.#state = { type: "attached", channel };
    } catch (error) {
      this.#state = { type: "detached" };
      throw toRabbitError(error, "open the control queue");
    }
  }

  async #consumeOn(channel: Channel, deadline: Deadline): Promise<void> {
    const closed = new Promise<never>((_resolve, reject) => {
      // The broker's reason comes first, a missing permission say.
      channel.on("error", (error) => reject(toRabbitError(error, "open the control queue")));
      channel.on("close", () => {
        this.#detached(channel);
        reject(new Error("the channel was closed"));
      });
    });
    try {
      await withDeadline(Promise.race([this.#consume(channel), closed]), deadline, "open the control queue");
    } catch (error) {
      void channel.close().catch(() => undefined); // closed already: that is what was wanted
      throw error;
    }
  }

  async #consume(channel: Channel): Promise<void> {
    // A number of its own each time: after a lost connection the broker may hold the old queue until it misses a heartbeat.
    const queue = `warrenmq.control.${this.#processId}.${++this.#queueNumber}`;
    await channel.assertQueue(queue, {
      exclusive: true,
      durable: false,
      autoDelete: true,
      messageTtl: TIME_TO_LIVE_MS,
      maxLength: LONGEST_QUEUE,
      // An exclusive queue is always classic; said, because a virtual host may have another default.
      arguments: { "x-queue-type": "classic" },
    });
    await channel.bindQueue(queue, CONTROL_EXCHANGE, this.#processId);
    await channel.bindQueue(queue, CONTROL_EXCHANGE, EVERYONE);
    const receive = (message: { readonly content: Buffer } | null): void => {
      if (message === null) this.#lost(channel);
      else this.#received(message.content);
    };
    await channel.consume(queue, receive, { noAck: true, exclusive: true });
    // Last: whoever is counted can be reached.
    await channel.consume(PROCESSES_QUEUE, () => undefined, { noAck: true });
  }

  /** The broker ended the consumer: somebody deleted the queue. */
  #lost(channel: Channel): void {
    this.#detached(channel);
    void channel.close().catch(() => undefined); // closed already: that is what was wanted
  }

  #detached(channel: Channel): void {
    if (this.#state.type === "attached" && this.#state.channel === channel) this.#state = { type: "detached" };
  }
}
