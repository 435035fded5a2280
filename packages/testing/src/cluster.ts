import type { Broker } from "./broker.ts";

/**
 * Several RabbitMQ nodes that form one cluster.
 * @public
 */
export interface Cluster extends AsyncDisposable {
  /** The nodes, in the order of their names. Each can be killed, restarted and paused by itself. */
  readonly nodes: readonly Broker[];
  /** The AMQP URL of each node. */
  readonly urls: readonly string[];
  /** Ends all nodes and removes their data. Idempotent. */
  stop(): Promise<void>;
}
