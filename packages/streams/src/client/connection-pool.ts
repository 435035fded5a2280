import { pause, RabbitError, remainingMs, withDeadline, type Deadline } from "@warrenmq/core/internal";
import { addressOf } from "../connection/address.ts";
import type { StreamAddress } from "../connection/address.ts";
import { dial } from "../connection/dial.ts";
import type { ResolvedStreamOptions } from "../connection/options.ts";
import type { StreamConnection } from "../connection/stream-connection.ts";
import type { NodeAddress } from "../protocol/response-body.ts";

/** Pause before a load balancer is dialled again that led to the wrong node. */
const REDIAL_PAUSE_MS = 20;

/** What the connections of a pool are for. An alarm of the broker stops reading publishing connections, so the two are kept apart. */
export type PoolRole = "publish" | "consume";

interface PooledConnection {
  /** The node that it was dialled for; behind a load balancer the node that answered. */
  readonly node: NodeAddress;
  readonly connection: StreamConnection;
}

/** One connection for each node, and more only where its publishers or subscriptions are more than a connection holds. */
export class ConnectionPool {
  readonly #options: ResolvedStreamOptions;
  readonly #role: PoolRole;
  readonly #dialling = new Map<string, Promise<StreamConnection>>();
  #pooled: PooledConnection[] = [];
  #nextAddress = 0;
  #isClosed = false;

  constructor(options: ResolvedStreamOptions, role: PoolRole) {
    this.#options = options;
    this.#role = role;
  }

  /**
   * A connection to one of the nodes with room for one more, preferring the first.
   * @throws RabbitError why none of them can be had
   */
  async acquire(nodes: readonly NodeAddress[], deadline: Deadline): Promise<StreamConnection> {
    let failure: unknown = new RabbitError("queue-unavailable", "The stream has no node for now.");
    for (const node of nodes) {
      try {
        return await this.#acquireOne(node, deadline);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Takes in a connection that was made for something else, for the node that answered. */
  adopt(connection: StreamConnection): void {
    this.#pooled.push({ node: connection.node, connection });
  }

  async close(deadline: Deadline): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#pooled.map(({ connection }) => connection.close(deadline)));
  }

  async #acquireOne(node: NodeAddress, deadline: Deadline): Promise<StreamConnection> {
    for (;;) {
      const open = this.#find(node);
      if (open !== undefined) return open;
      // Behind a load balancer one at a time: every attempt may find the node that another one looks for.
      const key = this.#options.loadBalancer ? "load balancer" : `${node.host}:${node.port}`;
      const dialling = this.#dialling.get(key);
      if (dialling === undefined) return this.#start(key, node, deadline);
      const waited = withDeadline(dialling, deadline, `connect to ${node.host}:${node.port}`);
      await (this.#options.loadBalancer ? waited.catch(() => undefined) : waited); // another node's failure is not ours
    }
  }

  #find(node: NodeAddress): StreamConnection | undefined {
    this.#pooled = this.#pooled.filter(({ connection }) => connection.isOpen);
    const hasRoom = ({ hasFreePublisher, hasFreeSubscription }: StreamConnection): boolean =>
      this.#role === "publish" ? hasFreePublisher : hasFreeSubscription;
    return this.#pooled.find((pooled) => isSameNode(pooled.node, node) && hasRoom(pooled.connection))?.connection;
  }

  #start(key: string, node: NodeAddress, deadline: Deadline): Promise<StreamConnection> {
    const dialling = this.#options.loadBalancer ? this.#dialUntil(node, deadline) : this.#dialNode(node, deadline);
    const settled = dialling.finally(() => this.#dialling.delete(key));
    this.#dialling.set(key, settled);
    return settled;
  }

  async #dialNode(node: NodeAddress, deadline: Deadline): Promise<StreamConnection> {
    return this.#dial(addressOf(this.#options.resolveNode(node), this.#address()), node, deadline);
  }

  /** Dials the load balancer again and again until the wanted node answers. */
  async #dialUntil(node: NodeAddress, deadline: Deadline): Promise<StreamConnection> {
    for (;;) {
      const connection = await this.#dial(this.#address(), undefined, deadline);
      if (isSameNode(connection.node, node)) return connection;
      if (remainingMs(deadline) === 0) {
        throw new RabbitError(
          "connection-failed",
          `The load balancer did not lead to ${node.host}:${node.port} in time.`,
        );
      }
      await pause(Math.min(REDIAL_PAUSE_MS, remainingMs(deadline)));
    }
  }

  /** @param node what the connection stands for; `undefined`: whichever node answers */
  async #dial(address: StreamAddress, node: NodeAddress | undefined, deadline: Deadline): Promise<StreamConnection> {
    if (this.#isClosed) throw new RabbitError("destroyed", "The stream client was closed.");
    const connection = await dial(address, this.#options, this.#role, deadline);
    const stands = node ?? connection.node;
    // Another one to a node that was not asked for is of no use.
    const isSpare = node === undefined && this.#find(stands) !== undefined;
    if (this.#isClosed || isSpare) void connection.close(deadline);
    else this.#pooled.push({ node: stands, connection });
    return connection;
  }

  #address(): StreamAddress {
    const { addresses } = this.#options;
    const address = addresses[this.#nextAddress++ % addresses.length];
    if (address === undefined) throw new RabbitError("invalid-address", "No RabbitMQ address is configured.");
    return address;
  }
}

function isSameNode(one: NodeAddress, other: NodeAddress): boolean {
  return one.host === other.host && one.port === other.port;
}
