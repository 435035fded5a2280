import type { BrokerNode } from "./broker-node.ts";
import type { BrokerVersion } from "./broker-version.ts";
import { matchingLocalInstall, newInstall } from "./choose-install.ts";
import type { Cluster } from "./cluster.ts";
import { withFreshPorts } from "./port-taken-error.ts";
import { Sandbox } from "./sandbox.ts";
import type { ServerInstall } from "./server-install.ts";
import { resolveBrokerOptions } from "./start-broker-options.ts";
import { prepareNode } from "./start-node.ts";
import type { NodeOptions } from "./start-node.ts";
import { until } from "./until.ts";

/** What {@link startCluster} can be asked for. */
export interface StartClusterOptions {
  /** @default 3 */
  readonly nodes?: number;
  /**
   * The RabbitMQ version, or `"any"`.
   * @default the environment variable `WARRENMQ_BROKER_VERSION`, else `"any"`
   */
  readonly version?: BrokerVersion | "any";
  /** Plugins to enable on every node. */
  readonly plugins?: readonly string[];
  /** Lines added to every node's rabbitmq.conf. */
  readonly config?: string;
}

/**
 * Starts a RabbitMQ cluster on loopback and resolves when every node sees all others. It takes its servers from this machine
 * or from a Debian root folder, as {@link startBroker} does, but neither from `RABBITMQ_URL` nor from Docker.
 * @example
 * await using cluster = await startCluster({ nodes: 3, version: "4.3" });
 * await cluster.nodes[0]?.kill();
 * @public
 */
export async function startCluster(options: StartClusterOptions = {}): Promise<Cluster> {
  const { nodes: count = 3, ...brokerOptions } = options;
  if (!Number.isInteger(count) || count < 1) throw new Error(`'nodes' must be a positive integer, not ${count}`);
  const resolved = resolveBrokerOptions({ ...brokerOptions, own: true }, process.env);
  const install = (await matchingLocalInstall(resolved.version)) ?? (await newInstall(resolved.version));
  return withFreshPorts(() => startNodes(install, count, resolved));
}

async function startNodes(install: ServerInstall, count: number, options: NodeOptions): Promise<Cluster> {
  const sandbox = await Sandbox.open(install);
  try {
    const names = Array.from({ length: count }, (_, index) => `${sandbox.id}-${index + 1}@127.0.0.1`);
    const nodes = await Promise.all(names.map((name) => prepareNode(sandbox, name, names, options)));
    await Promise.all(nodes.map((node) => node.start()));
    await Promise.all(nodes.map((node) => untilJoined(node, count)));
    const stop = (): Promise<void> => sandbox.remove();
    return { nodes, urls: nodes.map(({ url }) => url), stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await sandbox.remove();
    throw error;
  }
}

function untilJoined(node: BrokerNode, count: number): Promise<true> {
  const seesAll = async (): Promise<boolean> => {
    const status: unknown = JSON.parse(await node.ctl(["cluster_status", "--formatter", "json"]));
    return countRunning(status) === count;
  };
  return until(seesAll, { what: `${node.url} to see ${count} nodes`, timeoutMs: 60_000 });
}

function countRunning(status: unknown): number {
  if (typeof status !== "object" || status === null || !("running_nodes" in status)) return 0;
  return Array.isArray(status.running_nodes) ? status.running_nodes.length : 0;
}
