import { registryOf, type Broker, type BrokerPart, type Deadline, type RegistryView } from "@warrenmq/core/internal";
import { QueueDirectory } from "@warrenmq/core/queues";
import type { SnsCommand } from "../model/sns-command.ts";
import {
  SNS_FOLD,
  type SnsOutcome,
  type SnsState,
  type SubscriptionRecord,
  type TopicRecord,
} from "../model/sns-registry.ts";
import { topicFacts } from "../model/topic-facts.ts";
import { FifoTopic, topicLogStream } from "./fifo-topic.ts";
import { HttpQueues } from "./http-queues.ts";
import { QueueSender } from "./queue-sender.ts";
import { Replays } from "./replays.ts";
import { SingleDeliveries } from "./single-deliveries.ts";
import { TopicArchive, topicArchiveStream } from "./topic-archive.ts";
import { TopicBindings } from "./topic-bindings.ts";
import { declareTopic, deleteTopic } from "./topic-exchange.ts";
import { TopicPublisher } from "./topic-publisher.ts";

/** What all SNS clients of one process share for one broker: the topics they know and the ways to their subscribers. */
export class SnsBroker implements BrokerPart {
  readonly broker: Broker;
  readonly registry: RegistryView<SnsState, SnsCommand, SnsOutcome>;
  readonly directory: QueueDirectory;
  readonly bindings: TopicBindings;
  readonly publisher: TopicPublisher;
  readonly singles: SingleDeliveries;
  readonly httpQueues: HttpQueues;
  readonly replays: Replays;
  readonly #sender: QueueSender;
  readonly #fifoTopics = new Map<string, FifoTopic>();
  readonly #archives = new Map<string, TopicArchive>();

  constructor(broker: Broker) {
    this.broker = broker;
    this.registry = registryOf(broker).view(SNS_FOLD);
    this.directory = new QueueDirectory(broker);
    this.bindings = new TopicBindings(broker, this.registry, this.directory);
    this.#sender = new QueueSender(broker, this.directory);
    this.httpQueues = new HttpQueues(broker);
    this.singles = new SingleDeliveries(this.directory, this.#sender);
    this.publisher = new TopicPublisher({
      broker,
      registry: this.registry,
      directory: this.directory,
      bindings: this.bindings,
      singles: this.singles,
    });
    const { registry, publisher } = this;
    this.replays = new Replays({ broker, registry, publisher, archive: (name) => this.archive(name) });
    this.registry.onApplied((command) => {
      if (command.type === "delete-topic") this.#forget(command.name);
    });
  }

  /** The topic's record, or `undefined` when there is no such topic. */
  findTopic(name: string, deadline: Deadline): TopicRecord | undefined | Promise<TopicRecord | undefined> {
    if (this.registry.isReady()) {
      const known = this.registry.state.topics.get(name);
      if (known !== undefined) return known;
    }
    return this.#lookUp(() => this.registry.state.topics.get(name), deadline);
  }

  /** The subscription's record, or `undefined` when there is no such subscription. */
  async findSubscription(id: string, deadline: Deadline): Promise<SubscriptionRecord | undefined> {
    const known = this.registry.isReady() ? this.registry.state.subscriptions.get(id) : undefined;
    return known ?? this.#lookUp(() => this.registry.state.subscriptions.get(id), deadline);
  }

  /** Declares the topic's exchange, and records the topic. */
  async createTopic(command: SnsCommand & { type: "create-topic" }, deadline: Deadline): Promise<SnsOutcome> {
    await declareTopic(this.broker, command.name, deadline);
    return this.registry.append(command, deadline);
  }

  /** Deletes the topic with its subscriptions. Nothing happens when there is none. */
  async deleteTopic(name: string, subscriptions: readonly SubscriptionRecord[], deadline: Deadline): Promise<void> {
    await this.registry.append({ type: "delete-topic", name }, deadline);
    await deleteTopic(this.broker, name, deadline);
    await Promise.all(subscriptions.map((subscription) => this.httpQueues.delete(subscription, deadline)));
    if (!name.endsWith(".fifo")) return;
    const streams = [topicLogStream(name), topicArchiveStream(name)];
    await Promise.all(
      streams.map((stream) =>
        this.broker.channels.use(`delete stream "${stream}"`, deadline, (channel) => channel.deleteQueue(stream)),
      ),
    );
  }

  /** What a FIFO topic has accepted. */
  fifoTopic(name: string): FifoTopic {
    const known = this.#fifoTopics.get(name);
    if (known !== undefined) return known;
    const made = new FifoTopic(this.broker, name, () => this.#isScopedToGroup(name));
    this.#fifoTopics.set(name, made);
    return made;
  }

  /** What a FIFO topic keeps of its messages. */
  archive(name: string): TopicArchive {
    const known = this.#archives.get(name);
    if (known !== undefined) return known;
    const made = new TopicArchive(this.broker, name);
    this.#archives.set(name, made);
    return made;
  }

  async close(): Promise<void> {
    this.replays.close();
    await Promise.all([this.#sender.close(), ...[...this.#fifoTopics.values()].map((topic) => topic.close())]);
  }

  async #lookUp<Record>(find: () => Record | undefined, deadline: Deadline): Promise<Record | undefined> {
    await this.registry.ready(deadline);
    const known = find();
    if (known !== undefined) return known;
    // Another process may have made it just now, and its record be on the way to us.
    await this.registry.sync(deadline);
    return find();
  }

  #isScopedToGroup(name: string): boolean {
    const topic = this.registry.state.topics.get(name);
    return topic !== undefined && topicFacts(topic).scopedToGroup;
  }

  #forget(name: string): void {
    void this.#fifoTopics.get(name)?.close();
    this.#fifoTopics.delete(name);
    this.#archives.delete(name);
  }
}

/** The SNS part of a broker link. */
export function snsBrokerOf(broker: Broker): SnsBroker {
  return broker.part("sns", (owner) => new SnsBroker(owner));
}
