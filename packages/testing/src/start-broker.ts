import type { Broker } from "./broker.ts";
import { debianSuite, matchesVersion } from "./broker-version.ts";
import type { BrokerVersion } from "./broker-version.ts";
import { startNode } from "./node-broker.ts";
import { installedVersion, localInstall, rootInstall } from "./server-install.ts";
import type { ServerInstall } from "./server-install.ts";
import { resolveBrokerOptions } from "./start-broker-options.ts";
import type { StartBrokerOptions } from "./start-broker-options.ts";
import { urlBroker } from "./url-broker.ts";
import { homedir } from "node:os";

/**
 * Starts a real RabbitMQ for a test, or connects to the one of `RABBITMQ_URL`.
 * @public
 */
export async function startBroker(options: StartBrokerOptions = {}): Promise<Broker> {
  const resolved = resolveBrokerOptions(options, process.env);
  if (resolved.url !== undefined) return urlBroker(resolved.url);
  return startNode(await chooseInstall(resolved.version), resolved);
}

async function chooseInstall(version: BrokerVersion | undefined): Promise<ServerInstall> {
  const local = await localInstall();
  if (local !== undefined && (version === undefined || matchesVersion(await installedVersion(local), version)))
    return local;
  if (version === undefined) throw new Error("no RabbitMQ found");
  return rootInstall(
    `${process.env["WARRENMQ_CACHE"] ?? `${homedir()}/.cache/warrenmq`}/roots/${debianSuite(version)}`,
  );
}
