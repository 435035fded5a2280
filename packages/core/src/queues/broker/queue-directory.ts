import type { Broker } from "../../amqp/broker.ts";
import type { Deadline } from "../../amqp/deadline.ts";
import { registryOf } from "../../registry/registry.ts";
import type { RegistryView } from "../../registry/service-view.ts";
import {
  QUEUE_FOLD,
  type QueueCommand,
  type QueueOutcome,
  type QueueRecord,
  type QueueState,
} from "../model/queue-registry.ts";
import { queueExists } from "./queue-declaration.ts";

/** Queues of that name hold WarrenMQ's own data (the registry, say), and are no SQS queues. No SQS queue has a dot in it. */
const OWN_PREFIX = "warrenmq.";
/** AMQP's limit for names. */
const MAX_NAME_BYTES = 255;

/** Which queues there are: those in the registry, and those that only the broker knows. */
export class QueueDirectory {
  readonly registry: RegistryView<QueueState, QueueCommand, QueueOutcome>;
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
    this.registry = registryOf(broker).view(QUEUE_FOLD);
  }

  /**
   * The queue's record, or `undefined` when it does not exist. A queue that only the broker knows, because a native
   * application declared it, is adopted with SQS's defaults.
   * @throws RabbitError when the broker cannot be asked.
   */
  find(name: string, deadline: Deadline): QueueRecord | undefined | Promise<QueueRecord | undefined> {
    if (name.startsWith(OWN_PREFIX) || Buffer.byteLength(name) > MAX_NAME_BYTES) return undefined;
    const known = this.registry.isReady() ? this.registry.state.queues.get(name) : undefined;
    return known ?? this.#lookUp(name, deadline);
  }

  async #lookUp(name: string, deadline: Deadline): Promise<QueueRecord | undefined> {
    await this.registry.ready(deadline);
    const known = this.registry.state.queues.get(name);
    if (known !== undefined) return known;
    if (!(await queueExists(this.#broker, name, deadline))) return undefined;
    // Another process may have created it just now, and its record be on the way to us.
    await this.registry.sync(deadline);
    if (!this.registry.state.queues.has(name)) await this.registry.append({ type: "adopt-queue", name }, deadline);
    return this.registry.state.queues.get(name);
  }
}
