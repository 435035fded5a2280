import { randomBytes } from "node:crypto";
import type { Broker, BrokerPart } from "../amqp/broker.ts";
import { deadlineIn, remainingMs, withDeadline, type Deadline } from "../amqp/deadline.ts";
import { RabbitError } from "../amqp/rabbit-error.ts";
import { Answers } from "./answers.ts";
import { CONTROL_EXCHANGE, ControlInbox, EVERYONE } from "./control-inbox.ts";
import {
  decodeControlMessage,
  encodeControlMessage,
  type ControlMessage,
  type ControlRequest,
  type ControlReply,
} from "./control-message.ts";

/**
 * Answers a request of another process from what this process knows, now or by a promise. The body is as it came off the
 * wire: anybody may have sent it. `undefined` says that it cannot be read.
 */
export type ControlHandler = (body: unknown) => unknown;

/** A request that got no answer for this long is sent again: the process may have lost its connection meanwhile. */
const ASK_AGAIN_MS = 1_000;
/** Whoever has not answered by then, because its event loop is blocked say, is left out. */
const GATHER_MS = 1_000;
/** How often it is looked whether a process that has not answered is still there. */
const COUNT_AGAIN_MS = 100;
const REPLY_TIMEOUT_MS = 5_000;

/**
 * Requests between the processes that use one broker, by way of the broker: what a process has received, only that
 * process knows and may settle. See docs/decisions/020-control-messages.md.
 *
 * A process can be asked once it called {@link ControlLink.listen}, until it ends or loses its connection.
 */
export class ControlLink implements BrokerPart {
  /** This process as the others name it: 16 hexadecimal digits, random. */
  readonly processId: string = randomBytes(8).toString("hex");
  readonly #broker: Broker;
  readonly #inbox: ControlInbox;
  readonly #handlers = new Map<string, ControlHandler>();
  readonly #awaited = new Map<string, (reply: ControlReply) => void>();
  readonly #closing = new AbortController();

  constructor(broker: Broker) {
    this.#broker = broker;
    this.#inbox = new ControlInbox(broker, this.processId, (content) => this.#received(content));
  }

  /** Sets who answers requests of that topic. */
  serve(topic: string, handler: ControlHandler): void {
    this.#handlers.set(topic, handler);
  }

  /** Whether other processes can reach this one. */
  isListening(): boolean {
    return this.#inbox.isAttached();
  }

  /** Resolves when other processes can reach this one. @throws RabbitError */
  listen(deadline: Deadline): Promise<void> {
    return this.#inbox.attach(deadline);
  }

  /**
   * Asks one process. It may get the request twice, so doing it twice must come to the same.
   * @returns the answer's body as it came off the wire; `null` when the process could not read the request
   * @throws RabbitError `unroutable`, at once, when there is no such process (any more); `timeout` when it does not answer.
   */
  async ask(processId: string, topic: string, body: unknown, deadline: Deadline): Promise<unknown> {
    const id = crypto.randomUUID();
    const answered = new Promise<unknown>((resolve) => this.#awaited.set(id, (reply) => resolve(reply.body)));
    try {
      for (;;) {
        this.#throwIfClosed();
        await this.listen(deadline);
        const request = { type: "request", id, from: this.processId, topic, body } as const;
        await this.#send(processId, request, deadline);
        const soon = Math.min(deadline, deadlineIn(ASK_AGAIN_MS));
        try {
          return await withDeadline(answered, soon, `${topic} of process ${processId}`);
        } catch (error) {
          if (remainingMs(deadline) === 0) throw error;
        }
      }
    } finally {
      this.#awaited.delete(id);
    }
  }

  /**
   * Asks every other process; resolves when all have answered, or after a second without those that have not.
   * @returns the bodies as they came off the wire
   * @throws RabbitError when the broker cannot be reached.
   */
  async askAll(topic: string, body: unknown, deadline: Deadline): Promise<readonly unknown[]> {
    await this.listen(deadline);
    const others = await this.#countOthers(deadline);
    if (others === 0) return [];
    const id = crypto.randomUUID();
    const answers = new Answers(others);
    this.#awaited.set(id, (reply) => answers.add(reply));
    try {
      await this.#send(EVERYONE, { type: "request", id, from: this.processId, topic, body }, deadline);
      for (const until = deadlineIn(GATHER_MS); remainingMs(until) > 0 && !answers.areComplete();) {
        await answers.completeOrIn(COUNT_AGAIN_MS);
        // One that has died meanwhile will not answer.
        if (!answers.areComplete()) answers.expect(await this.#countOthers(deadline));
      }
    } finally {
      this.#awaited.delete(id);
    }
    return answers.bodies();
  }

  /** Requests under way fail; the queue ends with the connection. */
  close(): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  async #countOthers(deadline: Deadline): Promise<number> {
    const processes = await this.#inbox.countProcesses(deadline);
    // RabbitMQ says 0 when it cannot tell just now: this process is one.
    return processes === 0 ? Infinity : processes - 1;
  }

  #throwIfClosed(): void {
    if (this.#closing.signal.aborted) throw new RabbitError("destroyed", "The client was destroyed.");
  }

  #send(to: string, message: ControlMessage, deadline: Deadline): Promise<void> {
    return this.#broker.publisher.publish(
      {
        exchange: CONTROL_EXCHANGE,
        routingKey: to,
        content: encodeControlMessage(message),
        properties: { messageId: crypto.randomUUID(), contentType: "application/json" },
        // A process that is gone is noticed at once.
        mandatory: to !== EVERYONE,
      },
      deadline,
    );
  }

  #received(content: Buffer): void {
    const message = decodeControlMessage(content);
    if (message === undefined || message.from === this.processId) return;
    if (message.type === "reply") {
      this.#awaited.get(message.id)?.(message);
      return;
    }
    // Whoever asked may be gone, or asks again.
    this.#answer(message).catch(() => undefined);
  }

  async #answer({ id, from, topic, body: question }: ControlRequest): Promise<void> {
    const body = (await this.#handlers.get(topic)?.(question)) ?? null;
    await this.#send(from, { type: "reply", id, from: this.processId, body }, deadlineIn(REPLY_TIMEOUT_MS));
  }
}

/** The control link of a broker link, shared by all clients on it. */
export function controlLinkOf(broker: Broker): ControlLink {
  return broker.part("control", (owner) => new ControlLink(owner));
}
