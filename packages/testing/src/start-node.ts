import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { BrokerNode } from "./broker-node.ts";
import { choosePorts } from "./choose-ports.ts";
import type { NodeSettings } from "./node-settings.ts";
import { tlsSide } from "./tls-side.ts";
import { withFreshPorts } from "./port-taken-error.ts";
import { Sandbox } from "./sandbox.ts";
import type { ServerInstall } from "./server-install.ts";
import { writeCertificates } from "./certificates.ts";

/** What a caller of {@link startNode} can choose. */
export interface NodeOptions {
  readonly plugins: readonly string[];
  readonly config: string;
  readonly tls: boolean;
}

/** Starts one broker of one node. Its `stop` removes everything. */
export function startNode(install: ServerInstall, options: NodeOptions): Promise<BrokerNode> {
  return withFreshPorts(async () => {
    const sandbox = await Sandbox.open(install);
    try {
      const name = `${sandbox.id}@127.0.0.1`;
      const node = await prepareNode(sandbox, name, [], options, () => sandbox.remove());
      await node.start();
      return node;
    } catch (error) {
      await sandbox.remove();
      throw error;
    }
  });
}

/** Gives a node its ports and files, without starting it. */
export async function prepareNode(
  sandbox: Sandbox,
  name: string,
  peers: readonly string[],
  options: NodeOptions,
  onStop: () => Promise<void> = () => Promise.resolve(),
): Promise<BrokerNode> {
  const folder = join(sandbox.folder, name.slice(0, name.indexOf("@")));
  await mkdir(folder);
  const ports = await choosePorts(options);
  const { plugins, config } = options;
  const settings: NodeSettings = { name, folder: sandbox.inside(folder), ports, plugins, config, peers };
  return new BrokerNode(
    sandbox,
    settings,
    tlsSide(ports, ports.tls === undefined ? undefined : await writeCertificates(folder)),
    onStop,
  );
}
