import type { Broker, BrokerPart } from "../amqp/broker.ts";
import type { RegistryFold } from "./fold.ts";
import { ServiceView, type RegistryView } from "./service-view.ts";

/**
 * The registry of one broker: what RabbitMQ itself cannot hold (attributes, tags, subscriptions, shard maps), as a log
 * of commands in a stream that all processes fold alike. See docs/decisions/001-registry-stream.md.
 */
export class Registry implements BrokerPart {
  readonly #broker: Broker;
  readonly #views = new Map<string, unknown>();
  readonly #closings: (() => Promise<void>)[] = [];

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** The view of a service; the same one for every caller. */
  view<State, Command, Outcome>(fold: RegistryFold<State, Command, Outcome>): RegistryView<State, Command, Outcome> {
    const existing = this.#views.get(fold.service);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one service has one fold, so the view under its name has that fold's types
    if (existing !== undefined) return existing as RegistryView<State, Command, Outcome>;
    const view = new ServiceView(this.#broker, fold);
    this.#views.set(fold.service, view);
    this.#closings.push(() => view.close());
    return view;
  }

  async close(): Promise<void> {
    await Promise.all(this.#closings.map((close) => close()));
  }
}

/** The registry of a broker link, shared by all clients on it. */
export function registryOf(broker: Broker): Registry {
  return broker.part("registry", (owner) => new Registry(owner));
}
