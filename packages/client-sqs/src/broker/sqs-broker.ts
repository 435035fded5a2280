import {
  controlLinkOf,
  RabbitError,
  type Broker,
  type BrokerPart,
  type ControlLink,
  type Deadline,
  type RegistryView,
} from "@warrenmq/core/internal";
import {
  declareFifoQueue,
  declareQueue,
  type DelayedDelivery,
  delayedDeliveryOf,
  deleteQueue,
  fifoQueueParts,
  isCoolingDown,
  partitionQueues,
  type PublishableMessage,
  purgeReadyMessages,
  type QueueCommand,
  QueueDirectory,
  queueExists,
  type QueueOutcome,
  type QueueRecord,
  type QueueState,
  readyMessages,
  settledReadyMessages,
} from "@warrenmq/core/queues";
import { deliveryRules, type DeliveryRules } from "../model/delivery-rules.ts";
import { SendLoad } from "../model/send-load.ts";
import { FifoDeliveries } from "./fifo-deliveries.ts";
import { FifoMoveSession } from "./fifo-move-session.ts";
import { MoveSession, type MoveOrder } from "./move-session.ts";
import { MoveTasks, type MoveRun } from "./move-tasks.ts";
import { countFifoQueue, countStandardQueue, waitingOf, type QueueCounts } from "./queue-counts.ts";
import { HiddenMessages } from "./hidden-messages.ts";
import { InFlightLimit } from "./in-flight-limit.ts";
import { LateDeletes } from "./late-deletes.ts";
import { QueueDeliveries, type Deliveries, type ReceivingProcess } from "./queue-deliveries.ts";
import { ReceiptKeys } from "./receipt-keys.ts";
import { Receipts } from "./receipts.ts";
import type { ReceiveChannel } from "./receive-channel.ts";

/** What all SQS clients of one process share for one broker: the queues they know and the messages they hold. */
export class SqsBroker implements BrokerPart {
  readonly broker: Broker;
  /** What can be done with receipt handles. */
  readonly receipts: Receipts;
  readonly receiptKeys: ReceiptKeys;
  readonly registry: RegistryView<QueueState, QueueCommand, QueueOutcome>;
  readonly moveTasks: MoveTasks;
  readonly #directory: QueueDirectory;
  readonly #delays: DelayedDelivery;
  readonly #deliveries = new Map<string, Deliveries>();
  readonly #inFlightLimit = new InFlightLimit(
    async (queueName) => (await this.receipts.count(queueName, this.broker.deadline())).inFlight,
  );
  readonly #sendLoads = new Map<string, SendLoad>();
  readonly #deleting = new Map<string, Promise<void>>();
  readonly #control: ControlLink;
  readonly #lateDeletes: LateDeletes;
  readonly #process: ReceivingProcess;

  constructor(broker: Broker) {
    this.broker = broker;
    this.#control = controlLinkOf(broker);
    this.#lateDeletes = new LateDeletes(broker, (queueName, messageId) =>
      this.#deliveries.get(queueName)?.deleteById(messageId),
    );
    this.#directory = new QueueDirectory(broker);
    this.registry = this.#directory.registry;
    this.receiptKeys = new ReceiptKeys(this.registry);
    this.#process = this.#receivingProcess();
    this.receipts = new Receipts(broker, this.#lateDeletes, {
      deliveries: (queueName) => this.#deliveries.get(queueName),
      delayed: (queueName) => this.#delays.outstanding(queueName),
      isFifo: (queueName) => this.registry.state.queues.get(queueName)?.fifo !== undefined,
      receiptKey: () => this.receiptKeys.require(),
    });
    this.moveTasks = new MoveTasks(broker, (order, onMoved) => this.#moveRun(order, onMoved));
    this.#delays = delayedDeliveryOf(broker);
    this.registry.onApplied((command, outcome) => {
      if (outcome.type === "applied") this.#follow(command);
    });
  }

  /**
   * The queue's record, or `undefined` when it does not exist. A queue that only the broker knows, because a native
   * application declared it, is adopted with SQS's defaults.
   * @throws RabbitError when the broker cannot be asked.
   */
  findQueue(name: string, deadline: Deadline): QueueRecord | undefined | Promise<QueueRecord | undefined> {
    return this.#directory.find(name, deadline);
  }

  /** Whether the broker has the queue now. A record of one that it does not have is dropped. */
  async hasQueue(name: string, deadline: Deadline): Promise<boolean> {
    const record = await this.findQueue(name, deadline);
    if (record === undefined) return false;
    const { fifo } = record;
    const [part] = fifo === undefined ? [name] : partitionQueues(name, fifo);
    if (part !== undefined && (await queueExists(this.broker, part, deadline))) return true;
    await this.forgetQueue(name, deadline);
    return false;
  }

  /** What this process has received from the queue. */
  deliveries(queueName: string): Deliveries {
    const existing = this.#deliveries.get(queueName);
    if (existing !== undefined) return existing;
    const layout = this.registry.state.queues.get(queueName)?.fifo;
    const rules = (): DeliveryRules | undefined => this.#rules(queueName);
    const made =
      layout === undefined
        ? new QueueDeliveries(this.broker, queueName, this.#process, this.#lateDeletes.of(queueName), rules)
        : new FifoDeliveries(this.broker, queueName, layout, {
            process: this.#process,
            rules,
            sender: (name) => this.fifo(name)?.sender,
          });
    this.#deliveries.set(queueName, made);
    return made;
  }

  /** Whether as many of the queue's messages are in flight, in all processes, as AWS allows. */
  isOverLimit(queueName: string): boolean {
    return this.#inFlightLimit.isReached(queueName, () => this.#deliveries.get(queueName)?.inFlight() ?? 0);
  }

  /** What this process sends to and has received from a FIFO queue; `undefined` when the queue is not one. */
  fifo(queueName: string): FifoDeliveries | undefined {
    if (this.registry.state.queues.get(queueName)?.fifo === undefined) return undefined;
    const deliveries = this.deliveries(queueName);
    return deliveries instanceof FifoDeliveries ? deliveries : undefined;
  }

  /** How many messages the queue has; `undefined` when there is no such queue. @throws RabbitError */
  async count(name: string, deadline: Deadline): Promise<QueueCounts | undefined> {
    const fifo = this.fifo(name);
    if (fifo !== undefined) return countFifoQueue(fifo, this.receipts.count(name, deadline), deadline);
    return countStandardQueue(readyMessages(this.broker, name, deadline), this.receipts.count(name, deadline));
  }

  /** How many messages a move task that starts now has to move. @throws RabbitError */
  async countToMove(name: string, deadline: Deadline): Promise<number> {
    // A process that has received from a FIFO queue lately holds what waits in it.
    if (this.fifo(name) !== undefined) return waitingOf(await this.count(name, deadline));
    return (await settledReadyMessages(this.broker, name, deadline)) ?? 0;
  }

  /** Counts a message to a standard queue; whether its MessageGroupId is one of those that send little from here. */
  isQuiet(queueName: string, messageGroupId: string, nowMs: number): boolean {
    const load = this.#sendLoads.get(queueName) ?? new SendLoad();
    this.#sendLoads.set(queueName, load);
    return load.isQuiet(messageGroupId, nowMs);
  }

  /**
   * Puts a message into a queue after `delaySeconds` (0 to 900); resolves when the broker has confirmed it.
   * @throws RabbitError `not-found` or `unroutable` when there is no such queue; otherwise as the publisher.
   */
  publish(queueName: string, delaySeconds: number, message: PublishableMessage, deadline: Deadline): Promise<void> {
    if (delaySeconds > 0) return this.#publishDelayed(queueName, delaySeconds, message, deadline);
    const { content, properties } = message;
    const publication = { exchange: "", routingKey: queueName, content, properties, mandatory: true };
    return this.broker.publisher.publish(publication, deadline);
  }

  /** Other processes ask this one how many messages it has delayed, so it must hear them. */
  async #publishDelayed(
    queueName: string,
    delaySeconds: number,
    message: PublishableMessage,
    deadline: Deadline,
  ): Promise<void> {
    if (!this.#control.isListening()) await this.#control.listen(deadline);
    await this.#delays.publish(queueName, delaySeconds, message, deadline);
  }

  /** Declares the queue on the broker, and records it. Declaring again what is there changes nothing. */
  async createQueue(command: QueueCommand & { type: "create-queue" }, deadline: Deadline): Promise<QueueOutcome> {
    // Current knowledge: a queue declared for a command that is then refused would stay behind, and be adopted.
    await this.registry.sync(deadline);
    if (isCoolingDown(this.registry.state.deletedAt.get(command.name), Date.now())) return { type: "deleted-recently" };
    // A record that the broker has no queue for (deleted natively) must not decide about the new queue.
    const queue = this.registry.state.queues.get(command.name);
    if (queue !== undefined && (await this.hasQueue(command.name, deadline))) return { type: "exists", queue };
    // Declared first: a queue without a record is adopted by the next who looks, a record without a queue loses messages.
    if (command.fifo === undefined) await declareQueue(this.broker, command.name, deadline);
    else await declareFifoQueue(this.broker, command.name, command.fifo, deadline);
    // Now that the broker takes publishes: under an alarm a first receiver could not offer one, and so not drain the queue.
    await this.receiptKeys.ready(deadline);
    return this.registry.append(command, deadline);
  }

  /** Deletes the queue with all its messages. */
  deleteQueue(name: string, deadline: Deadline): Promise<void> {
    const deleting = this.#delete(name, deadline).finally(() => this.#deleting.delete(name));
    this.#deleting.set(name, deleting);
    return deleting;
  }

  /** Records that a queue is gone which the broker turned out not to have: somebody deleted it without us. */
  async forgetQueue(name: string, deadline: Deadline): Promise<void> {
    const deleting = this.#deleting.get(name);
    if (deleting !== undefined) return deleting.catch(() => undefined); // its caller is told
    await this.#stopReceiving(name);
    if (this.registry.state.queues.has(name)) await this.registry.append({ type: "forget-queue", name }, deadline);
  }

  /**
   * Deletes what was sent to the queue. What other processes hold they delete when they read the record, and what went
   * back to the queue just before that goes then.
   * @throws RabbitError when the broker did not purge the queue; then it may be tried again at once
   */
  async purgeQueue(name: string, deadline: Deadline): Promise<QueueOutcome> {
    if (isCoolingDown(this.registry.state.purgedAt.get(name), Date.now())) return { type: "purge-in-progress" };
    // Before the record, which forbids another purge for 60 seconds.
    await this.#purgeMessages(name, deadline);
    const outcome = await this.registry.append({ type: "purge-queue", name }, deadline);
    const isStandard = this.fifo(name) === undefined;
    if (outcome.type === "applied" && isStandard)
      await purgeReadyMessages(this.broker, name, deadline).catch(() => undefined);
    return outcome;
  }

  async #purgeMessages(name: string, deadline: Deadline): Promise<void> {
    const fifo = this.fifo(name);
    if (fifo !== undefined) return fifo.purgeMessages(deadline);
    await this.#deliveries.get(name)?.purge();
    await purgeReadyMessages(this.broker, name, deadline);
  }

  async close(): Promise<void> {
    this.moveTasks.close();
    const reason = new RabbitError("destroyed", "The client was destroyed.");
    await Promise.all([...this.#deliveries.values()].map((deliveries) => deliveries.close(reason)));
  }

  #moveRun(order: MoveOrder, onMoved: () => void): MoveRun {
    const source = this.fifo(order.source);
    if (source === undefined) return new MoveSession(this.broker, order, onMoved);
    const owner = {
      source,
      sender: (name: string) => this.fifo(name)?.sender,
      waiting: async () => waitingOf(await this.count(order.source, this.broker.deadline())),
    };
    return new FifoMoveSession(this.broker, order, owner, onMoved);
  }

  #rules(queueName: string): DeliveryRules | undefined {
    const { queues, purgedAt } = this.registry.state;
    const record = queues.get(queueName);
    return record === undefined ? undefined : deliveryRules(record, purgedAt.get(queueName));
  }

  /** What another process did to a queue also ends what is in flight here. */
  #follow(command: QueueCommand): void {
    if (command.type === "purge-queue") {
      this.#delays.forget(command.name);
      void this.#deliveries.get(command.name)?.purge(this.registry.state.purgedAt.get(command.name));
    }
    if (command.type === "set-attributes") this.#deliveries.get(command.name)?.rulesChanged();
    if (command.type === "delete-queue") void this.#stopReceiving(command.name);
  }

  async #delete(name: string, deadline: Deadline): Promise<void> {
    // Before the deletion, and kept until after it: 3.10 closes the whole connection when a consumer comes or stays while
    // its queue goes away.
    const deliveries = this.deliveries(name);
    await deliveries.close(queueGone(name));
    const layout = this.registry.state.queues.get(name)?.fifo;
    const parts = layout === undefined ? [name] : fifoQueueParts(name, layout);
    try {
      await Promise.all(parts.map((part) => deleteQueue(this.broker, part, deadline)));
      await this.registry.append({ type: "delete-queue", name }, deadline);
    } finally {
      if (this.#deliveries.get(name) === deliveries) this.#deliveries.delete(name);
    }
  }

  #receivingProcess(): ReceivingProcess {
    const control = this.#control;
    const lateDeletes = this.#lateDeletes;
    const keys = this.receiptKeys;
    let lastNumber = 0;
    return {
      id: control.processId,
      hidden: new HiddenMessages(this.broker, (channel) => this.#lost(channel)),
      nextNumber: () => ++lastNumber,
      receiptKey: () => keys.require(),
      isReachable: () => control.isListening() && lateDeletes.isFollowing() && keys.isReady(),
      becomeReachable: async (deadline) => {
        await Promise.all([control.listen(deadline), lateDeletes.follow(deadline), keys.ready(deadline)]);
      },
    };
  }

  /** The channel that held what is hidden for long, of any queue. */
  #lost(channel: ReceiveChannel): void {
    for (const deliveries of this.#deliveries.values())
      if (deliveries instanceof QueueDeliveries) deliveries.lost(channel);
  }

  async #stopReceiving(name: string): Promise<void> {
    const deliveries = this.#deliveries.get(name);
    this.#deliveries.delete(name);
    this.#sendLoads.delete(name);
    this.#delays.forget(name);
    await deliveries?.close(queueGone(name));
  }
}

function queueGone(name: string): RabbitError {
  return new RabbitError("not-found", `Queue "${name}" does not exist any more.`);
}

/** The SQS part of a broker link. */
export function sqsBrokerOf(broker: Broker): SqsBroker {
  return broker.part("sqs", (owner) => new SqsBroker(owner));
}

/** Whether the error says that the queue does not exist. */
export function isNoSuchQueue(error: unknown): boolean {
  return error instanceof RabbitError && (error.code === "not-found" || error.code === "unroutable");
}
